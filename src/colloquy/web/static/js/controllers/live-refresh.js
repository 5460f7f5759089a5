// htmx fetches this part again and again (hx-trigger="every 3s"). A fetch is left out while nobody looks at the page
// and while a person is inside the part: a menu must not close under the hand. The server ends it by sending the part
// without hx-trigger.

export default function liveRefresh(element) {
  const busy = () => document.hidden || (element.contains(document.activeElement) && document.activeElement !== element) || element.querySelector("details[open]");
  const hold = (event) => {
    if (event.target === element && busy()) event.preventDefault();
  };
  element.addEventListener("htmx:config:request", hold);
  return () => element.removeEventListener("htmx:config:request", hold);
}
