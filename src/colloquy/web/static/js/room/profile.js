// How large the picture is recorded. Where the network is slow a smaller one is sooner safe with the server; the voice
// stays as it is, because that is what people and recognisers listen to.

import { measuredRate } from "./upload.js";

// bits: pictures and sound, a second. A talking head needs little: these rates keep mouth and eyes clear in VP8.
const PROFILES = [
  { width: 1280, height: 720, frames: 30, bits: 1_500_000, sound: 64_000 },
  { width: 960, height: 540, frames: 24, bits: 800_000, sound: 64_000 },
  { width: 640, height: 360, frames: 20, bits: 400_000, sound: 48_000 },
  { width: 426, height: 240, frames: 15, bits: 180_000, sound: 48_000 },
];
const HEADROOM = 1.2;
const BY_TYPE = { "slow-2g": 100_000, "2g": 200_000, "3g": 600_000 };

// What this connection carries upwards, in bits a second; Infinity while nobody knows.
export function uploadRate(connection = navigator.connection, measured = measuredRate()) {
  if (measured) return measured;
  if (!connection) return Infinity;
  // `downlink` is about the other direction and often a guess; only what is plainly slow is believed.
  const typed = BY_TYPE[connection.effectiveType] ?? Infinity;
  return connection.saveData ? Math.min(typed, 600_000) : typed;
}

// The largest picture that keeps up with `rate`; `small` says that it is not the largest there is.
export function profileFor(rate = uploadRate()) {
  const found = PROFILES.find((one) => (one.bits + one.sound) * HEADROOM <= rate) ?? PROFILES[PROFILES.length - 1];
  return { ...found, small: found !== PROFILES[0] };
}

// Asks the camera for that size. A camera that cannot is recorded as it is; the bit rate holds all the same.
export async function shrink(stream, profile) {
  const [track] = stream.getVideoTracks();
  if (!track || !profile.small) return;
  const { width, height } = track.getSettings();
  const upright = height > width;
  try {
    await track.applyConstraints({
      width: { ideal: upright ? profile.height : profile.width },
      height: { ideal: upright ? profile.width : profile.height },
      frameRate: { ideal: profile.frames },
    });
  } catch (error) {
    console.warn("The camera keeps its size.", error.name);
  }
}
