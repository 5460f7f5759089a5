// Camera (or screen) and microphone while a question is open: opened, shown, listened to, watched.

import { close, openDevices, watchPicture, watchSound } from "./devices.js";
import { soundMeter } from "./meter.js";
import { openScreen } from "./screen.js";

export class LiveStream {
  // kind: video or audio; source: camera or screen. warnings: see warnings.js. onShare(): sharing began or ended.
  constructor(view, { kind, source, warnings, onShare = () => {} }) {
    Object.assign(this, { view, warnings, onShare, video: kind === "video", screen: kind === "video" && source === "screen", undo: [] });
    const turned = () => { if (view.root.dataset.state === "recording") warnings.set("turned", true); };
    screen.orientation?.addEventListener("change", turned);
    this.forget = () => screen.orientation?.removeEventListener("change", turned);
  }

  // Opens what needs permission. Throws DeviceTrouble.
  async open(already) {
    const stream = already ?? (await openDevices({ video: this.video && !this.screen }));
    if (this.left) return close(stream);
    this.#use(stream);
    return undefined;
  }

  // Lets the candidate choose what to show; in a press only. Throws DeviceTrouble.
  async share() {
    const shared = await openScreen(this.devices);
    this.shared?.close();
    this.shared = shared;
    this.view.parts.preview.srcObject = shared.stream;
    this.view.parts["share-sound"].hidden = shared.withSound;
    shared.ended(() => {
      if (this.shared !== shared) return;
      shared.close();
      this.shared = null;
      this.view.parts.preview.srcObject = null;
      this.onShare();
    });
    this.onShare();
  }

  #use(stream) {
    this.#stopWatching();
    close(this.devices);
    this.devices = stream;
    this.undo.push(watchSound(stream, {
      onLevel: soundMeter(this.view.parts.meter), onSilent: (silent) => this.warnings.set("silent", silent),
    }));
    // A page in the background, or a telephone call, pauses the devices without ending them.
    for (const track of stream.getTracks()) {
      track.addEventListener("mute", () => this.warnings.set("paused", true));
      track.addEventListener("unmute", () => this.warnings.set("paused", false));
    }
    if (!this.video || this.screen) return;
    const { preview } = this.view.parts;
    preview.srcObject = stream;
    this.undo.push(watchPicture(preview, (seen) => this.warnings.set("black", !seen)));
    preview.onresize = () => { this.view.root.dataset.upright = preview.videoHeight > preview.videoWidth; };
  }

  // What is recorded, or null while there is nothing to record yet.
  get stream() {
    if (this.screen) return this.shared?.stream ?? null;
    return this.devices ?? null;
  }

  get broken() {
    return !this.devices || this.devices.getTracks().some((track) => track.readyState === "ended");
  }

  #stopWatching() {
    for (const undo of this.undo.splice(0)) undo();
    this.warnings.clear();
  }

  leave() {
    this.left = true;
    this.forget();
    this.#stopWatching();
    this.shared?.close();
    this.shared = null;
    close(this.devices);
    this.view.parts.preview.onresize = null;
    this.view.parts.preview.srcObject = null;
    delete this.view.root.dataset.upright;
  }
}
