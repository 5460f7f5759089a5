// The choice of colours, remembered in this browser; theme-early.js applies it before the first paint.

const KEY = "colloquy.theme";

export default function theme(element) {
  const buttons = [...element.querySelectorAll("[data-theme-choice]")];
  const current = () => document.documentElement.dataset.theme ?? "system";
  const show = () => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current()));
  };
  const choose = (choice) => {
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Storage is forbidden: the choice holds for this page alone.
    }
    show();
  };
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.themeChoice));
  show();
}
