// Runs before the first paint, so that a remembered choice of colours never flashes. Not a module on purpose:
// modules wait for the document.
try {
  const choice = localStorage.getItem("colloquy.theme");
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
} catch {
  // Storage may be forbidden (private windows, policies); the system's colours then stand.
}
