// Camera and microphone: opening them, what went wrong in plain words, how loud it is, whether there is a picture.

import { browserHelp, insideOf } from "./browser-help.js";
import { openOutside, troubles } from "./words.js";

const CHOICE = "colloquy.devices";
const SILENCE_RMS = 0.003; // about -50 dBFS: below it even a quiet room's microphone noise is missing
const SILENCE_MS = 4000;
const BLACK_LUMA = 10; // of 255, the mean of a 32 × 18 copy of the picture
const BLACK_LOOKS = 3;

export class DeviceTrouble extends Error {
  constructor(kind) {
    // "AbortError" and whatever comes with the next browser: the device does not deliver, for whatever reason.
    const known = kind in troubles ? kind : "NotReadableError";
    super(troubles[known].text);
    this.kind = known;
    this.title = troubles[known].title;
    const inside = ["NotAllowedError", "Unsupported", "NotReadableError"].includes(known) ? insideOf() : "";
    this.help = inside ? openOutside(inside) : known === "NotAllowedError" ? browserHelp() : "";
  }
}

export function rememberedChoice() {
  try {
    return JSON.parse(localStorage.getItem(CHOICE)) ?? {};
  } catch {
    return {};
  }
}

export function rememberChoice(choice) {
  try {
    localStorage.setItem(CHOICE, JSON.stringify(choice));
  } catch {
    // Storage is forbidden: the browser's own default will be used next time.
  }
}

// The wanted devices, or any when a remembered one has gone. Throws DeviceTrouble.
export async function openDevices({ video, choice = rememberedChoice() }) {
  if (!window.isSecureContext) throw new DeviceTrouble("InsecureContext");
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) throw new DeviceTrouble("Unsupported");
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
  const wanted = (exact) => ({
    audio: exact && choice.microphone ? { ...audio, deviceId: { exact: choice.microphone } } : audio,
    video: video && (exact && choice.camera ? { ...picture, deviceId: { exact: choice.camera } } : { ...picture, facingMode: "user" }),
  });
  try {
    return await navigator.mediaDevices.getUserMedia(wanted(true));
  } catch (error) {
    const choseGone = ["OverconstrainedError", "NotFoundError"].includes(error.name) && (choice.camera || choice.microphone);
    if (!choseGone) throw new DeviceTrouble(error.name);
  }
  try {
    return await navigator.mediaDevices.getUserMedia(wanted(false));
  } catch (error) {
    throw new DeviceTrouble(error.name);
  }
}

export function close(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

// Calls onLevel(0…1) about fifteen times a second, and onSilent(true|false) when nothing was heard for a while.
export function watchSound(stream, { onLevel, onSilent = () => {} }) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let heardAt = performance.now();
  let silent = false;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const rms = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    // Decibels, as ears do: -50 dBFS is nothing, -10 dBFS is full.
    onLevel(Math.min(1, Math.max(0, (20 * Math.log10(rms + 1e-7) + 50) / 40)));
    // A suspended context delivers zeros; that is the browser waiting for a press, not a muted microphone.
    if (rms > SILENCE_RMS || context.state !== "running") heardAt = performance.now();
    const now = performance.now() - heardAt > SILENCE_MS;
    if (now !== silent) onSilent((silent = now));
  }, 66);
  const wake = () => context.resume();
  document.addEventListener("pointerdown", wake);
  document.addEventListener("keydown", wake);
  return () => {
    clearInterval(timer);
    document.removeEventListener("pointerdown", wake);
    document.removeEventListener("keydown", wake);
    context.close();
  };
}

// Calls onPicture(true|false) once a second: false when the picture was black for three looks.
export function watchPicture(video, onPicture) {
  const canvas = document.createElement("canvas");
  canvas.width = 32;
  canvas.height = 18;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  let dark = 0;
  const timer = setInterval(() => {
    if (video.readyState < 2) return;
    brush.drawImage(video, 0, 0, 32, 18);
    const { data } = brush.getImageData(0, 0, 32, 18);
    let light = 0;
    for (let at = 0; at < data.length; at += 4) light += 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
    dark = light / (32 * 18) < BLACK_LUMA ? dark + 1 : 0;
    if (dark === 0 || dark >= BLACK_LOOKS) onPicture(dark === 0);
  }, 1000);
  return () => clearInterval(timer);
}
