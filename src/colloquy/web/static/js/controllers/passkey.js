// Asks the browser for a passkey before its form is sent: options from the server, the authenticator's answer into the
// form's field `credential`. The form shows itself where browser and page can do that.

import { gettext } from "../i18n.js";
import { send } from "../http.js";

const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// JSON of the server as the browser wants it, and back. Newer browsers bring both; these lines serve the others too.
const known = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
const forCreate = (options) => ({
  ...options, challenge: toBytes(options.challenge), user: { ...options.user, id: toBytes(options.user.id) },
  excludeCredentials: known(options.excludeCredentials),
});
const forGet = (options) => ({ ...options, challenge: toBytes(options.challenge), allowCredentials: known(options.allowCredentials) });

function answered({ id, rawId, type, authenticatorAttachment, response }) {
  const said = { clientDataJSON: toText(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = toText(response[name]);
  }
  if (response.getTransports) said.transports = response.getTransports();
  return { id, rawId: toText(rawId), type, authenticatorAttachment, response: said, clientExtensionResults: {} };
}

// The words for what browsers refuse with (Web Authentication, 5.1.3 and 5.1.4).
const because = (error) => ({
  NotAllowedError: gettext("Nothing was chosen, or it took too long. Try again."),
  InvalidStateError: gettext("This device has a passkey for your account already."),
  SecurityError: gettext("This address cannot have passkeys. Ask whoever runs this installation."),
}[error.name] ?? error.message);

export default function passkey(form) {
  if (!window.PublicKeyCredential || !navigator.credentials) return undefined;
  const shown = form.querySelector('[data-part="error"]');
  const { ceremony, options: address } = form.dataset;
  let waiting = false;
  const ask = async () => {
    const password = form.elements.namedItem("password");
    const { options, state } = await send("POST", address, ceremony === "create" ? { password: password.value } : {});
    const credential = await (ceremony === "create"
      ? navigator.credentials.create({ publicKey: forCreate(options) })
      : navigator.credentials.get({ publicKey: forGet(options) }));
    if (password) password.disabled = true; // proved already: it need not travel twice
    form.elements.namedItem("state").value = state;
    form.elements.namedItem("credential").value = JSON.stringify(answered(credential));
    form.submit();
  };
  const submitted = async (event) => {
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    shown.hidden = true;
    event.submitter?.setAttribute("aria-busy", "true");
    try {
      await ask();
    } catch (error) {
      shown.textContent = because(error);
      shown.hidden = false;
      event.submitter?.removeAttribute("aria-busy");
      waiting = false;
    }
  };
  form.addEventListener("submit", submitted);
  form.hidden = false;
  return () => form.removeEventListener("submit", submitted);
}
