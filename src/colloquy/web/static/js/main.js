// Binds behaviour to HTML: `data-controller="copy toast"` mounts controllers/copy.js and controllers/toast.js.
// A controller is a module whose default export takes the element and may return a function that undoes its work.
// Elements that arrive later (htmx, the recording room) are found by the observer.

const mounted = new Map();

async function mount(element) {
  if (mounted.has(element)) return;
  const undo = [];
  mounted.set(element, undo);
  for (const name of element.dataset.controller.split(/\s+/).filter(Boolean)) {
    if (!/^[a-z-]+$/.test(name)) continue;
    try {
      const controller = await import(`./controllers/${name}.js`);
      if (!mounted.has(element)) return;
      const cleanUp = controller.default(element);
      if (typeof cleanUp === "function") undo.push(cleanUp);
      element.dataset.mounted = `${element.dataset.mounted ?? ""} ${name}`.trim();
    } catch (error) {
      console.error(`The controller ${name} did not start.`, error);
    }
  }
}

function unmount(element) {
  for (const cleanUp of mounted.get(element) ?? []) cleanUp();
  mounted.delete(element);
}

const within = (node) =>
  node instanceof Element ? [...(node.matches("[data-controller]") ? [node] : []), ...node.querySelectorAll("[data-controller]")] : [];

within(document.documentElement).forEach(mount);
new MutationObserver((changes) => {
  for (const change of changes) {
    // A node that was only moved is in the document again by now and keeps its controllers.
    for (const node of change.removedNodes) within(node).filter((element) => !element.isConnected).forEach(unmount);
    for (const node of change.addedNodes) within(node).filter((element) => element.isConnected).forEach(mount);
  }
}).observe(document.documentElement, { childList: true, subtree: true });
