// The screen as an answer: what is shared, with the candidate's voice; where the browser gives the sound of the shared
// tab as well, both are mixed into one track, because recorders write the first one only.

import { DeviceTrouble } from "./devices.js";

const PICTURE = { width: { ideal: 1280, max: 1920 }, height: { ideal: 720, max: 1080 }, frameRate: { ideal: 12, max: 15 } };

export const canShare = () => Boolean(navigator.mediaDevices?.getDisplayMedia);

// Must be called in a press. microphone: the stream of the candidate's voice. Resolves to { stream, withSound,
// ended(listener), close() }. Throws DeviceTrouble: NoScreen, or ScreenRefused when the candidate closed the choice.
export async function openScreen(microphone) {
  if (!canShare()) throw new DeviceTrouble("NoScreen");
  let shared;
  try {
    shared = await navigator.mediaDevices.getDisplayMedia({ video: PICTURE, audio: true });
  } catch (error) {
    throw new DeviceTrouble(error.name === "NotAllowedError" ? "ScreenRefused" : "NoScreen");
  }
  const [picture] = shared.getVideoTracks();
  const withSound = shared.getAudioTracks().length > 0;
  const context = withSound ? new AudioContext() : null;
  const voice = context ? mixed(context, [microphone, shared]) : microphone.getAudioTracks()[0];
  return {
    stream: new MediaStream([picture, voice]),
    withSound,
    ended: (listener) => picture.addEventListener("ended", listener, { once: true }),
    close() {
      for (const track of shared.getTracks()) track.stop();
      context?.close();
    },
  };
}

function mixed(context, streams) {
  const out = context.createMediaStreamDestination();
  for (const stream of streams) context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(out);
  return out.stream.getAudioTracks()[0];
}
