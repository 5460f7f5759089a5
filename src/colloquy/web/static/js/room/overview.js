// The questions as a list: in the free order to choose from, at the end to look over before handing in.

import { hidden, kinds, lineStates } from "./words.js";

const element = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });

const open = (line) => line.state === "waiting" || line.state === "open";

// choose(id) makes the open questions pressable; without it the list only tells. over: nothing can be added any more.
export function showOverview(list, questions, { choose, over = false } = {}) {
  list.replaceChildren(...questions.map((line) => {
    const row = element("li", "overview-row");
    row.dataset.state = line.state;
    const inside = choose && open(line) ? element("button", "overview-open") : element("div", "overview-line");
    if (inside instanceof HTMLButtonElement) {
      inside.type = "button";
      inside.addEventListener("click", () => choose(line.id));
    }
    const words = element("span", "overview-text", line.text ?? hidden(line.number));
    const about = element("span", "overview-about", [kinds[line.kind], lineStates[over && line.state !== "answered" ? "missing" : line.state]].join(" · "));
    inside.append(element("span", "overview-number", String(line.number)), words, about);
    row.append(inside);
    return row;
  }));
}
