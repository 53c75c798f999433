// Passkeys at the consent signer. A button with data-passkey fetches a challenge from that address,
// has the device answer it, and sends the form with the answer. Without this file, or without
// passkeys in the browser, the button stays hidden and the one-time code is the way.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

// The bytes within WebAuthn's options travel as base64url.
function readOptions({ publicKey }) {
  const named = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  if (publicKey.user) {
    options.user = { ...publicKey.user, id: toBytes(publicKey.user.id) };
    options.excludeCredentials = named(publicKey.excludeCredentials);
  } else {
    options.allowCredentials = named(publicKey.allowCredentials);
  }
  return options;
}

function writeAnswer({ rawId, type, response }) {
  const answer = { clientDataJSON: toText(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = toText(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = toText(response.authenticatorData);
    answer.signature = toText(response.signature);
    answer.userHandle = response.userHandle ? toText(response.userHandle) : null;
  }
  return JSON.stringify({ id: toText(rawId), rawId: toText(rawId), type, response: answer });
}

async function challenge(form, address) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const response = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!response.ok) {
    throw new Error(`the signer answered ${response.status}`);
  }
  return readOptions(await response.json());
}

async function answered(form, address) {
  const publicKey = await challenge(form, address);
  const ceremony = publicKey.user ? "create" : "get";
  return writeAnswer(await navigator.credentials[ceremony]({ publicKey }));
}

// The server says what is missing in the form; a code that was typed goes before the passkey.
function isLeftToTheForm(button, form) {
  if (button.type === "submit") {
    return Boolean(form.elements.code?.value.trim());
  }
  if (!form.checkValidity()) {
    form.requestSubmit();
    return true;
  }
  return false;
}

async function usePasskey(event) {
  const button = event.currentTarget;
  const form = button.form;
  if (isLeftToTheForm(button, form)) {
    return;
  }
  event.preventDefault();
  const problem = form.querySelector("[data-passkey-problem]");
  button.disabled = true;
  problem.hidden = true;
  try {
    form.elements.passkey.value = await answered(form, button.dataset.passkey);
    button.disabled = false;
    form.requestSubmit(button.type === "submit" ? button : undefined);
  } catch {
    button.disabled = false;
    problem.hidden = false;
    problem.focus();
  }
}

const canUse = Boolean(window.PublicKeyCredential);
for (const part of document.querySelectorAll("[data-passkey-only]")) {
  part.hidden = !canUse;
}
for (const part of document.querySelectorAll("[data-passkey-missing]")) {
  part.hidden = canUse;
}
for (const button of document.querySelectorAll("[data-passkey]")) {
  if (canUse) {
    button.addEventListener("click", usePasskey);
  }
}
