// The server's clock. It is read once and then counted on by the browser's monotonic clock, so that somebody who
// changes the time of the device changes nothing here. Every later answer that carries the time corrects the drift.

let offset; // milliseconds to add to performance.now()

// at: when the server's answer arrived, in milliseconds of performance.now().
export function sync(serverNow, at = performance.now()) {
  const moment = Date.parse(serverNow ?? "");
  if (!Number.isNaN(moment)) offset = moment - at;
}

// When the document itself arrived: a page that took ten seconds to load must not be ten seconds late for ever.
export const arrivedAt = () => performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();

// Milliseconds since 1970 by the server's clock.
export const now = () => (offset === undefined ? Date.now() : performance.now() + offset);
