// Every sentence that the room's scripts say, in one place.

import { gettext, locale, ngettext } from "../i18n.js";

const megabytes = (bytes) => new Intl.NumberFormat(locale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(bytes / 1e6);
export const size = (bytes) => (bytes >= 1e6 ? gettext("%(size)s MB", { size: megabytes(bytes) }) : gettext("%(size)s KB", { size: Math.ceil(bytes / 1e3) }));

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export const saved = (done, total) =>
  (done >= total
    ? gettext("Saved, %(total)s MB", { total: megabytes(total) })
    : gettext("Saved %(done)s of %(total)s MB", { done: megabytes(done), total: megabytes(total) }));
export const waiting = gettext("The connection was lost. Your recording is kept here and goes on by itself.");
export const takesAllowed = (left) => ngettext("You may record %(num)s take.", "You may record %(num)s takes.", left);
export const takesLeft = (left) =>
  (left === 0 ? gettext("This is your last take.") : ngettext("You may record %(num)s more take.", "You may record %(num)s more takes.", left));
export const noTakesLeft = gettext("You have used all your takes for this question.");
export const place = (number, of) => gettext("%(number)s of %(of)s", { number, of });
export const questionOf = (number, of) => gettext("Question %(number)s of %(of)s", { number, of });
export const takeName = (number, seconds) =>
  (seconds > 0 ? gettext("Take %(number)s · %(length)s", { number, length: clock(seconds) }) : gettext("Take %(number)s", { number }));
export const left = (seconds) => ngettext("%(num)s second left", "%(num)s seconds left", seconds);
export const remainingIn = (seconds) =>
  (seconds > 3600
    ? gettext("%(hours)s h %(minutes)s min left", { hours: Math.floor(seconds / 3600), minutes: Math.floor((seconds % 3600) / 60) })
    : seconds > 60 ? ngettext("%(num)s min left", "%(num)s min left", Math.floor(seconds / 60)) : gettext("less than 1 min left"));
export const remainingSoon = (minutes) =>
  ngettext("%(num)s minute is left for the whole interview.", "%(num)s minutes are left for the whole interview.", minutes);

export const kinds = {
  video: gettext("video"), audio: gettext("audio"), screen: gettext("your screen and your voice"), text: gettext("in writing"),
  single_choice: gettext("choose one answer"), multiple_choice: gettext("choose all that apply"), number: gettext("a number"),
  file: gettext("a file"), link: gettext("a link"), conversation: gettext("a conversation in writing"),
};
const duration = (seconds) =>
  (seconds % 60 === 0 ? ngettext("%(num)s min", "%(num)s min", seconds / 60) : seconds < 60 ? ngettext("%(num)s s", "%(num)s s", seconds)
    : gettext("%(minutes)s min %(seconds)s s", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 }));
export const toThink = (seconds) => gettext("%(duration)s to think", { duration: duration(seconds) });
export const toAnswer = (seconds) => gettext("%(duration)s to answer", { duration: duration(seconds) });
export const inAll = (seconds) => gettext("%(duration)s at most", { duration: duration(seconds) });
export const takesRule = (takes) => ngettext("%(num)s take", "%(num)s takes", takes);
export const optional = gettext("may be left out");

export const lineStates = {
  answered: gettext("Answered"), skipped: gettext("Left out"), open: gettext("Begun"), waiting: gettext("Not answered yet"),
  missing: gettext("No answer"),
};
export const hidden = (number) => gettext("Question %(number)s", { number });

export const headings = {
  think: gettext("Time to think"),
  ready: gettext("Ready when you are"),
  counting: gettext("Recording is about to begin"),
  recording: gettext("Recording"),
  review: gettext("Your answer"),
  sending: gettext("Sending your answer"),
};
export const counting = (seconds) => ngettext("Recording begins in %(num)s", "Recording begins in %(num)s", seconds);
export const countingSpoken = gettext("The time to think is over. Recording begins in three seconds.");
export const presses = {
  think: gettext("Start now"), ready: gettext("Start now"), counting: gettext("Start now"), recording: gettext("Stop"),
  review: gettext("Use this take"), sending: gettext("Sending…"),
};
export const chooseScreen = gettext("Choose what to share");
export const ended = {
  device: gettext("The recording ended because the camera or the microphone was disconnected. What was recorded is kept."),
  screen: gettext("The recording ended because you stopped sharing. What was recorded is kept."),
  limit: gettext("The time to answer is over. Your recording is kept."),
};

export const notHere = {
  saved: gettext("This take is saved. Its recording is not in this browser any more, so it cannot be played here."),
  device: (device) => gettext("This take was recorded on %(device)s. It is saved, and it cannot be played here.", { device }),
  arriving: (device) => gettext("Part of this take is still on %(device)s. Open the interview there once with a connection, and the rest is sent. Or use what has arrived.", { device }),
  anotherDevice: gettext("another device"),
};

export const elsewhere = {
  tab: gettext("You continued in another tab"),
  device: (device, time) => gettext("You continued on %(device)s at %(time)s", { device, time }),
  unknown: gettext("You continued in another tab or on another device"),
  underWay: (done, total) => gettext("From this device %(done)s of %(total)s MB are saved. Leave this page open until everything is saved.", { done: megabytes(done), total: megabytes(total) }),
  allSaved: gettext("Everything from this device is saved."),
};

export const warnings = {
  silent: gettext("We hear nothing. Is your microphone muted?"),
  black: gettext("The picture is black. Is the camera covered?"),
  paused: gettext("The browser has paused your camera or microphone. Come back to this page, or end the call, and it goes on."),
  turned: gettext("Hold the phone as it is until you stop; turning it turns the picture."),
  full: gettext("This browser's storage is full. Your recording is sent while it is made: keep this page open until it is saved."),
  slow: gettext("Your connection is slow, so the picture is smaller. Your voice is recorded as always."),
};

export const troubles = {
  NotAllowedError: {
    title: gettext("The browser may not use your camera or microphone"),
    text: gettext("Permission was refused, now or earlier. Allow it for this page, then try again."),
  },
  NotFoundError: {
    title: gettext("No camera or microphone was found"),
    text: gettext("Connect one, or take a device that has them, and open the same link there: your place is kept."),
  },
  NotReadableError: {
    title: gettext("Another program is using your camera or microphone"),
    text: gettext("Close video calls and other tabs that use them, then try again."),
  },
  OverconstrainedError: {
    title: gettext("The camera or microphone you chose is no longer there"),
    text: gettext("Try again: the one that is connected now will be used."),
  },
  InsecureContext: {
    title: gettext("This address is not secure, so the browser keeps the camera closed"),
    text: gettext("Open the link that begins with https:// . If your link does not, ask the company for a new one."),
  },
  Unsupported: {
    title: gettext("This browser cannot record"),
    text: gettext("Use a current version of Chrome, Edge, Firefox or Safari and open the same link there: your place is kept."),
  },
  NoScreen: {
    title: gettext("This device cannot share its screen"),
    text: gettext("Phones and tablets cannot. Continue on a computer: your place and everything you have answered are kept."),
  },
  ScreenRefused: {
    title: gettext("Nothing was chosen to share"),
    text: gettext("Try again and choose a window, a tab or the whole screen. On a Mac, allow the browser in System Settings › Privacy & Security › Screen Recording."),
  },
};

export const openOutside = (program) =>
  gettext("This page is open inside %(program)s. Press ⋯ or ⋮ in the corner, choose “Open in browser”, and go on in Chrome or Safari.", { program });
export const help = {
  anotherProgram: gettext("another program"),
  safariPhone: gettext("In Safari on iPhone and iPad: press the symbol left of the address, then “Website Settings”, and allow camera and microphone. If they are missing there: Settings › Apps › Safari."),
  chromePhone: gettext("In Chrome on iPhone and iPad: open Settings › Apps › Chrome and switch on camera and microphone, then come back."),
  firefoxPhone: gettext("In Firefox on iPhone and iPad: open Settings › Apps › Firefox and switch on camera and microphone, then come back."),
  edgePhone: gettext("In Edge on iPhone and iPad: open Settings › Apps › Edge and switch on camera and microphone, then come back."),
  chromeAndroid: gettext("In Chrome on Android: press the symbol left of the address, then “Permissions”, and allow camera and microphone."),
  samsung: gettext("In Samsung Internet: press the lock left of the address, then “Permissions”, and allow camera and microphone."),
  firefoxAndroid: gettext("In Firefox on Android: press the lock left of the address, then “Permissions”, and allow camera and microphone."),
  edgeAndroid: gettext("In Edge on Android: press the lock left of the address, then “Permissions”, and allow camera and microphone."),
  safari: gettext("In Safari: menu Safari › Settings for This Website, and allow camera and microphone."),
  firefox: gettext("In Firefox: press the crossed-out camera or microphone left of the address and remove the block."),
  edge: gettext("In Edge: press the lock left of the address, and switch on camera and microphone. On Windows also look at Settings › Privacy & security › Camera."),
  chrome: gettext("Press the symbol left of the address, and switch on camera and microphone. On a Mac also look at System Settings › Privacy & Security."),
};

export const check = {
  silent: gettext("We hear nothing. Is the microphone muted, or is it the wrong one?"),
  heard: gettext("We can hear you."),
  listening: gettext("Say a few words."),
  black: gettext("The picture is black. Is the camera covered, or is it the wrong one?"),
  seen: gettext("We have a picture."),
  looking: gettext("Looking for a picture…"),
};

export const practice = {
  use: gettext("Enough practice"),
  kept: gettext("Nothing leaves your browser."),
  file: gettext("practice"),
};

export const draft = {
  saved: gettext("Saved"),
  failed: gettext("Not saved yet. Trying again…"),
};

export const form = {
  single_choice: gettext("Choose one answer"),
  multiple_choice: gettext("Choose all that apply"),
  number: gettext("Your answer"),
  link: gettext("Web address"),
  needText: gettext("Write your answer first."),
  needOne: gettext("Choose one of the answers."),
  needSome: gettext("Choose at least one of the answers."),
  needNumber: gettext("Enter a number, like 12 or 12.5."),
  needLink: gettext("Enter the whole address, beginning with https://"),
  linkHelp: gettext("The whole address, for instance https://example.org/my-work. Make sure that people without your password can open it."),
  between: (lowest, highest) => gettext("From %(lowest)s to %(highest)s.", { lowest, highest }),
  atLeast: (lowest) => gettext("%(lowest)s or more.", { lowest }),
  atMost: (highest) => gettext("%(highest)s or less.", { highest }),
  outside: (rule) => gettext("Enter another number: %(rule)s", { rule }),
};

export const file = {
  document: gettext("PDF, Word, OpenDocument, RTF, text, Markdown, PNG, JPEG, ZIP, CSV, Excel or PowerPoint, up to 50 MB."),
  video: gettext("A video as phones and cameras make it: MP4, MOV or WebM."),
  audio: gettext("A sound recording: M4A, MP3, MP4, OGG, WAV or WebM."),
  tooLarge: (most) => gettext("This file is too large. Choose one of at most %(most)s.", { most }),
  wrongType: gettext("Files of this kind are not taken. Choose one of the kinds named above."),
  empty: gettext("This file is empty. Choose another one."),
  onlyOne: gettext("Choose one file. Several can be packed into one ZIP."),
  again: gettext("The upload of your file was cut short. Choose the same file again, and only what is missing is sent."),
  waiting: gettext("The connection was lost. The upload goes on by itself."),
  yourFile: gettext("your file"),
  begun: (name) => gettext("Uploading %(name)s", { name }),
  done: (name) => gettext("%(name)s is uploaded.", { name }),
};

export const captions = {
  saved: gettext("Your captions are saved with this take."),
  failed: gettext("The captions could not be read."),
  empty: gettext("Paste your captions, or choose a file."),
};

export const liveCaptions = {
  listening: gettext("Captions appear here when you speak."),
  full: gettext("Captions are not available just now."),
  again: gettext("Captions stopped. Trying once more…"),
  stopped: gettext("Captions stopped. Your recording goes on."),
};

export const over = {
  working: (done, total) => gettext("Your last recording is still going up: %(done)s of %(total)s MB. Leave this page open.", { done: megabytes(done), total: megabytes(total) }),
  closing: gettext("Your answers are being handed in…"),
  done: gettext("Your answers are handed in."),
};

export const failures = {
  no_takes_left: gettext("You have used all your takes for this question. Choose one of them."),
  question_closed: gettext("The time for this question is over. What you recorded is kept."),
  question_required: gettext("This question needs an answer."),
  take_not_saved: gettext("Part of this take is not with us yet. Wait until it is saved, or choose another take."),
  offline: gettext("The connection was lost. Check it and press again; nothing is lost."),
  gone: gettext("This take could not be saved: it was open for too long. Please record it again."),
  empty: gettext("Nothing was recorded. Please record it again."),
  slow: gettext("The server is busy. Press again in a moment; nothing is lost."),
};
