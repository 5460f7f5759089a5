// The microphone as recognisers want it: pieces of 0.2 s, 16 kHz, mono, 16 bits. See pcm-worklet.js.

const TELEPHONE_HERTZ = 7000; // what is above would fold back into the voice at 16 kHz

export const canListen = () => "AudioWorkletNode" in window && "WebSocket" in window;

// Calls onPiece(ArrayBuffer) five times a second; resolves to what ends it. The stream itself is left as it is.
export async function openPcm(stream, onPiece) {
  const context = new AudioContext();
  try {
    await context.audioWorklet.addModule(new URL("./pcm-worklet.js", import.meta.url));
    const worklet = new AudioWorkletNode(context, "pcm", { channelCount: 1, channelCountMode: "explicit", outputChannelCount: [1] });
    worklet.port.onmessage = ({ data }) => onPiece(data);
    const low = () => new BiquadFilterNode(context, { type: "lowpass", frequency: TELEPHONE_HERTZ });
    // The worklet's output is silence, and is played because browsers run only what leads somewhere.
    const chain = [new MediaStreamAudioSourceNode(context, { mediaStream: stream }), low(), low(), worklet, context.destination];
    chain.reduce((from, to) => from.connect(to));
    context.resume();
  } catch (error) {
    context.close();
    throw error;
  }
  return () => context.close();
}
