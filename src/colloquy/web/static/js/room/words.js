// Every sentence that the room's scripts say, in one place.

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

export const saved = (done, total) => (done >= total ? `Saved, ${megabytes(total)} MB` : `Saved ${megabytes(done)} of ${megabytes(total)} MB`);
export const waiting = "The connection was lost. Your recording is kept here and goes on by itself.";
export const takesLeft = (left) => (left === 0 ? "This is your last take." : left === 1 ? "You may record 1 more take." : `You may record ${left} more takes.`);
export const noTakesLeft = "You have used all your takes for this question.";
export const questionOf = (number, of) => `Question ${number} of ${of}`;
export const takeName = (number, seconds) => `Take ${number} · ${clock(seconds)}`;
export const left = (seconds) => `${seconds} seconds left`;

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const headings = {
  think: "Time to think",
  ready: "Ready when you are",
  recording: "Recording",
  review: "Your answer",
  sending: "Sending your answer",
};
export const presses = { think: "Start now", ready: "Start now", recording: "Stop", review: "Use this take", sending: "Sending…" };

export const troubles = {
  NotAllowedError: {
    title: "The browser may not use your camera or microphone",
    text: "Permission was refused, now or earlier. Allow it for this page, then try again.",
  },
  NotFoundError: {
    title: "No camera or microphone was found",
    text: "Connect one, or take a device that has them, and open the same link there: your place is kept.",
  },
  NotReadableError: {
    title: "Another program is using your camera or microphone",
    text: "Close video calls and other tabs that use them, then try again.",
  },
  OverconstrainedError: {
    title: "The camera or microphone you chose is no longer there",
    text: "Try again: the one that is connected now will be used.",
  },
  InsecureContext: {
    title: "This address is not secure, so the browser keeps the camera closed",
    text: "Open the link that begins with https:// . If your link does not, ask the company for a new one.",
  },
  Unsupported: {
    title: "This browser cannot record",
    text: "Use a current version of Chrome, Edge, Firefox or Safari and open the same link there: your place is kept.",
  },
};

export const help = {
  safariPhone: "On iPhone and iPad: press the symbol left of the address, then “Website Settings”, and allow camera and microphone. If they are missing there: Settings › Apps › Safari.",
  androidChrome: "In Chrome on Android: press the symbol left of the address, then “Permissions”, and allow camera and microphone.",
  safari: "In Safari: menu Safari › Settings for This Website, and allow camera and microphone.",
  firefox: "In Firefox: press the crossed-out camera or microphone left of the address and remove the block.",
  chrome: "Press the symbol left of the address, and switch on camera and microphone. On a Mac also look at System Settings › Privacy & Security.",
};

export const check = {
  silent: "We hear nothing. Is the microphone muted, or is it the wrong one?",
  heard: "We can hear you.",
  listening: "Say a few words.",
  black: "The picture is black. Is the camera covered, or is it the wrong one?",
  seen: "We have a picture.",
  looking: "Looking for a picture…",
};

export const failures = {
  no_takes_left: "You have used all your takes for this question. Choose one of them.",
  question_closed: "The time for this question is over. What you recorded is kept.",
  offline: "The connection was lost. Check it and press again; nothing is lost.",
  gone: "This take could not be saved: it was open for too long. Please record it again.",
  empty: "Nothing was recorded. Please record it again.",
  slow: "The server is busy. Press again in a moment; nothing is lost.",
};
