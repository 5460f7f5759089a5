// Where in this browser's own menus camera and microphone are allowed. Told by the User-Agent header, which is good
// enough for words: a wrong guess costs a look, never a recording.

import { help } from "./words.js";

// Browsers inside other programs cannot record, or ask in ways that nobody finds: the page has to move out of them.
const INSIDE = [
  [/LinkedInApp/, "LinkedIn"], [/Instagram/, "Instagram"], [/FBAN|FBAV|FB_IAB/, "Facebook"], [/Telegram/, "Telegram"],
  [/MicroMessenger/, "WeChat"], [/Snapchat/, "Snapchat"], [/BytedanceWebview|TikTok/, "TikTok"], [/\bLine\//, "LINE"],
];

// The program whose built-in browser this is, or "". Telegram names itself only in its scripts.
export function insideOf(agent = navigator.userAgent, page = window) {
  if ("TelegramWebview" in page || "TelegramWebviewProxy" in page) return "Telegram";
  const named = INSIDE.find(([mark]) => mark.test(agent));
  if (named) return named[1];
  return /Android.*; wv\)/.test(agent) ? help.anotherProgram : "";
}

export function browserHelp(agent = navigator.userAgent, touches = navigator.maxTouchPoints) {
  const phone = /iPhone|iPod/.test(agent) || /iPad/.test(agent) || (/Macintosh/.test(agent) && touches > 1);
  const android = /Android/.test(agent);
  if (phone && /CriOS\//.test(agent)) return help.chromePhone;
  if (phone && /FxiOS\//.test(agent)) return help.firefoxPhone;
  if (phone && /EdgiOS\//.test(agent)) return help.edgePhone;
  if (phone) return help.safariPhone;
  if (android && /SamsungBrowser\//.test(agent)) return help.samsung;
  if (android && /Firefox\//.test(agent)) return help.firefoxAndroid;
  if (android && /EdgA\//.test(agent)) return help.edgeAndroid;
  if (android) return help.chromeAndroid;
  if (/Edg\//.test(agent)) return help.edge;
  if (/Firefox\//.test(agent)) return help.firefox;
  if (/Safari\//.test(agent) && !/Chrom(e|ium)\//.test(agent)) return help.safari;
  return help.chrome;
}
