// Before the interview: is there a picture, is there a sound, and how does a recording of five seconds sound?
// Nothing here leaves the browser.

import { close, openDevices, rememberChoice, rememberedChoice, watchPicture, watchSound } from "./devices.js";
import { soundMeter } from "./meter.js";
import { show as showPlayback } from "./playback.js";
import { mimeTypeFor, Recorder } from "./recorder.js";
import { View } from "./view.js";
import { check } from "./words.js";

const TRIAL_MS = 5000;

class DeviceCheck {
  constructor(root) {
    this.view = new View(root);
    this.video = root.dataset.video !== undefined;
    this.meter = soundMeter(this.view.parts.meter);
    this.view.on("retry", "click", () => this.start());
    for (const part of ["camera", "microphone"]) this.view.on(part, "change", () => this.chose());
    this.view.on("trial", "click", () => this.trial());
    if (this.view.parts.practise) this.view.on("practise", "click", () => this.practise());
    this.practised = () => this.back();
    document.addEventListener("practice:end", this.practised);
    this.plugged = () => this.list();
    navigator.mediaDevices?.addEventListener("devicechange", this.plugged);
  }

  async start({ focus = true } = {}) {
    this.stop();
    let stream;
    try {
      stream = await openDevices({ video: this.video });
    } catch (trouble) {
      this.view.trouble(trouble);
      return;
    }
    this.stream = stream;
    this.view.show("checking", { focus });
    this.state("sound", "waiting", check.listening);
    let heard = false;
    this.undo = [watchSound(stream, {
      onLevel: (level) => {
        this.meter(level);
        if (level > 0.35 && !heard) this.state("sound", "good", check.heard, (heard = true));
      },
      onSilent: (silent) => {
        if (silent) this.state("sound", "bad", check.silent, (heard = false));
        else if (!heard) this.state("sound", "waiting", check.listening);
      },
    })];
    if (this.video) {
      this.state("picture", "waiting", check.looking);
      this.view.parts.preview.srcObject = stream;
      this.undo.push(watchPicture(this.view.parts.preview, (seen) => this.state("picture", seen ? "good" : "bad", seen ? check.seen : check.black)));
    }
    await this.list();
  }

  state(part, state, text) {
    this.view.parts[part].dataset.state = state;
    this.view.text(`${part}-text`, text);
  }

  // Fills the choice of devices; their names are known only once permission was given.
  async list() {
    if (!this.stream) return;
    const devices = await navigator.mediaDevices.enumerateDevices();
    const now = this.stream.getTracks().map((track) => track.getSettings().deviceId);
    for (const [part, kind] of [["camera", "videoinput"], ["microphone", "audioinput"]]) {
      const options = devices.filter((device) => device.kind === kind && device.deviceId).map((device, at) =>
        new Option(device.label || `${at + 1}`, device.deviceId, false, now.includes(device.deviceId)));
      this.view.parts[part].replaceChildren(...options);
    }
  }

  chose() {
    rememberChoice({ ...rememberedChoice(), camera: this.view.parts.camera.value, microphone: this.view.parts.microphone.value });
    this.start({ focus: false });
  }

  async trial() {
    const button = this.view.parts.trial;
    button.disabled = true;
    const kind = this.video ? "video" : "audio";
    const player = this.view.parts[this.video ? "playback" : "listen"];
    showPlayback(player, "");
    const pieces = [];
    const mimeType = mimeTypeFor(kind);
    const recorder = new Recorder(this.stream, {
      mimeType, onPiece: (blob) => pieces.push(blob),
      onStop: () => {
        button.disabled = false;
        this.view.root.dataset.trial = "played";
        showPlayback(player, URL.createObjectURL(new Blob(pieces, { type: mimeType })));
        this.view.say(this.view.root.dataset.trialDone);
        player.focus();
      },
    });
    this.view.root.dataset.trial = "recording";
    await recorder.start(TRIAL_MS);
    this.view.say(this.view.root.dataset.trialStarted);
  }

  // The practice opens the devices itself: two that hold the same microphone disturb each other on some phones.
  practise() {
    this.stop();
    this.view.root.hidden = true;
    // Its script may still be on its way on a slow line: the wish is left for it to find.
    document.getElementById("practice").dataset.wanted = "";
    document.dispatchEvent(new CustomEvent("practice:begin"));
  }

  async back() {
    this.view.root.hidden = false;
    await this.start({ focus: false });
    this.view.parts.practise.focus();
  }

  stop() {
    for (const undo of this.undo ?? []) undo();
    this.undo = [];
    close(this.stream);
    this.stream = null;
  }

  leave() {
    this.stop();
    document.removeEventListener("practice:end", this.practised);
    navigator.mediaDevices?.removeEventListener("devicechange", this.plugged);
  }
}

export default function deviceCheck(root) {
  const opened = new DeviceCheck(root);
  opened.start();
  return () => opened.leave();
}
