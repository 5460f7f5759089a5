// Keeps the screen on while recording. Browsers let go of the lock when the page is hidden; it is taken again after.

export function stayAwake() {
  let lock;
  let over = false;
  const take = async () => {
    if (over || document.visibilityState !== "visible") return;
    lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (over) lock?.release();
  };
  document.addEventListener("visibilitychange", take);
  take();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", take);
    lock?.release();
  };
}
