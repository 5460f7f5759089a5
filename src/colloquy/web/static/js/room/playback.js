// Plays a take that is still in this page. Recorders write no length into their files, so the player is sent to the
// far end once, and back: it then knows the length and can be moved.

export function show(player, address) {
  if (player.dataset.address) URL.revokeObjectURL(player.dataset.address);
  player.dataset.address = address;
  player.hidden = !address;
  if (!address) {
    player.removeAttribute("src");
    return;
  }
  player.src = address;
  player.addEventListener("loadedmetadata", () => {
    if (player.duration !== Infinity) return;
    player.addEventListener("timeupdate", () => { player.currentTime = 0; }, { once: true });
    player.currentTime = 1e9;
  }, { once: true });
}
