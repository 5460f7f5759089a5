// A sound meter of small bars. Decoration for the eye: what it means is said in words elsewhere.

const BARS = 14;

export function soundMeter(element) {
  element.replaceChildren(...Array.from({ length: BARS }, () => document.createElement("i")));
  const bars = [...element.children];
  let shown = 0;
  return (level) => {
    // Rises at once and falls slowly, as a needle does.
    shown = Math.max(level, shown * 0.82);
    bars.forEach((bar, at) => bar.classList.toggle("on", shown * BARS > at + 0.5));
  };
}
