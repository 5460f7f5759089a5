// Runs in the browser's sound thread: from the device's rate to 16 kHz, in between by straight lines. Who connects it
// has taken out what 16 kHz cannot carry.

const HERTZ = 16_000;
const PIECE = 3200;

class Pcm extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / HERTZ;
    this.at = 0; // where the next sample lies, in samples of the device after `last`
    this.last = 0;
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
  }

  process([input]) {
    const [sound] = input;
    if (!sound?.length) return true;
    for (; this.at < sound.length; this.at += this.step) {
      const whole = Math.floor(this.at);
      const before = whole === 0 ? this.last : sound[whole - 1];
      this.put(before + (sound[whole] - before) * (this.at - whole));
    }
    this.at -= sound.length;
    this.last = sound[sound.length - 1];
    return true;
  }

  put(sample) {
    this.piece[this.filled] = Math.max(-1, Math.min(1, sample)) * 32_767;
    this.filled += 1;
    if (this.filled < PIECE) return;
    this.port.postMessage(this.piece.buffer, [this.piece.buffer]);
    this.piece = new Int16Array(PIECE);
    this.filled = 0;
  }
}

registerProcessor("pcm", Pcm);
