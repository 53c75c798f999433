// Checks a receipt of the ledger in this browser: the same steps as the server's, by WebCrypto alone.
// Nothing is sent anywhere. The words stand in the page; docs/ledger-format.md says what is checked.
"use strict";

const HEADER = "c2sp.org/tlog-proof@v1";
// No space and no plus sign. U+0085 is a space and U+FEFF none elsewhere, here it is the other way.
const NAME = "(?:[^\\s+\\x85]|\\ufeff)+";
const SIGNATURE = new RegExp(`^— (${NAME}) ([A-Za-z0-9+/=]+)$`);
const KEY = new RegExp(`^(${NAME})\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)$`);
const FIELDS = ["actor", "at", "event_id", "kind", "payload", "subject", "v"];
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const SHAPES = {
  actor: /^[a-z]+:[A-Za-z0-9._-]+$/,
  at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  event_id: new RegExp(`^${UUID}$`),
  kind: /^[^]*$/,
  subject: /^[a-z]+:(?=.{36}$)[0-9a-f]+(?:-[0-9a-f]+){4}$/,
};

class Refused extends Error {
  constructor(stage, message) {
    super(message);
    this.stage = stage;
  }
}

const utf8 = (text) => new TextEncoder().encode(text);
const toHex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const isEqual = (one, other) => toHex(one) === toHex(other);
const grouped = (bytes) => toHex(bytes).match(/.{4}/g).join(" ");

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

// Strict: padding right, unused bits zero.
function fromBase64(text) {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4) {
    throw new Error(`not base64: ${text.slice(0, 20)}`);
  }
  const raw = atob(text);
  if (btoa(raw) !== text) {
    throw new Error(`not base64 as it would be written: ${text.slice(0, 20)}`);
  }
  return Uint8Array.from(raw, (one) => one.charCodeAt(0));
}

// The text in a part of a JWS: base64 with two other signs and no padding.
function fromBase64Url(text) {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return new TextDecoder().decode(fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "=")));
}

function readProof(text) {
  const gap = text.indexOf("\n\n");
  const lines = text.slice(0, gap).split("\n");
  if (gap < 0 || lines.shift() !== HEADER) {
    throw new Error("not a tlog-proof");
  }
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift().slice(6)) : utf8("");
  const index = /^index (0|[1-9][0-9]{0,18})$/.exec(lines.shift() ?? "");
  const path = lines.map(fromBase64);
  if (!index || path.length > 63 || path.some((sibling) => sibling.length !== 32)) {
    throw new Error("the entry's number or a hash is missing or wrong");
  }
  return { body: extra, index: BigInt(index[1]), path, note: readNote(text.slice(gap + 2)) };
}

function readNote(note) {
  const gap = note.lastIndexOf("\n\n");
  const text = note.slice(0, gap + 1);
  if (gap < 0 || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note)) {
    throw new Error("not a signed note");
  }
  const lines = note.slice(gap + 2, -1).split("\n").map((line) => {
    const match = SIGNATURE.exec(line);
    const signature = match ? fromBase64(match[2]) : utf8("");
    if (signature.length < 5) {
      throw new Error("not a signature line");
    }
    return { name: match[1], id: signature.slice(0, 4), signature: signature.slice(4) };
  });
  const [origin, size, root, ...rest] = text.split("\n");
  const isSize = /^(0|[1-9][0-9]{0,18})$/.test(size) && BigInt(size) < 1n << 63n;
  if (!origin || !isSize || rest.length !== 1 || rest[0]) {
    throw new Error("not the three lines of a checkpoint");
  }
  const head = { origin, size: BigInt(size), root: fromBase64(root) };
  if (head.root.length !== 32) {
    throw new Error("the root is no hash");
  }
  return { text, lines, ...head };
}

// Keys of objects in order, no spaces, whole numbers: the only spelling that a body may have.
function canonical(value) {
  if (typeof value === "string" && /\0|[\ud800-\udfff]/u.test(value)) {
    throw new Error("a sign that is no text");
  }
  if (value !== null && typeof value === "object") {
    const parts = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${parts.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Error("a number that is not whole");
  }
  return JSON.stringify(value);
}

// Such a moment exists, and its year has four digits: the thirtieth of February does not.
const isMoment = (at) =>
  at >= "1000" && new Date(`${at.slice(0, 23)}Z`).toJSON()?.slice(0, 23) === at.slice(0, 23);

function readEvent(body) {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  const event = JSON.parse(text);
  const isShaped = Object.entries(SHAPES).every(
    ([name, shape]) => typeof event[name] === "string" && shape.test(event[name]),
  );
  const isPayload = event.payload !== null && typeof event.payload === "object";
  const isFlat = isPayload && Object.entries(event.payload).every(
    ([key, one]) => /^[\x01-\x7f]*$/.test(key) && Object(one) !== one,
  );
  const isShort = event.actor?.length <= 80 && event.subject?.length <= 80 && body.length <= 65535;
  if (String(Object.keys(event)) !== String(FIELDS) || event.v !== 1 || Array.isArray(event.payload)
      || !isShaped || !isMoment(event.at) || !isFlat || !isShort || canonical(event) !== text) {
    throw new Error("not an event as it would be written");
  }
  return event;
}

// RFC 9162, 2.1.3.2.
async function rootOf({ body, index, path, note }) {
  if (index >= note.size) {
    throw new Error(`no entry ${index} in a state of ${note.size}`);
  }
  let [node, last, own] = [index, note.size - 1n, await sha256(Uint8Array.of(0), body)];
  for (const sibling of path) {
    if (last === 0n) {
      throw new Error("too many hashes");
    }
    if (node & 1n || node === last) {
      own = await sha256(Uint8Array.of(1), sibling, own);
      while (!(node & 1n) && node) {
        [node, last] = [node >> 1n, last >> 1n];
      }
    } else {
      own = await sha256(Uint8Array.of(1), own, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  if (last !== 0n) {
    throw new Error("too few hashes");
  }
  return own;
}

// name+id+base64(kind ‖ key), as ledger keys (kind 1) and witness keys (kind 4) are written.
async function readKey(text, kind) {
  const match = KEY.exec(text);
  const typed = match ? fromBase64(match[3]) : utf8("");
  if (typed.length !== 33 || typed[0] !== kind) {
    throw new Error(`not a key: ${text}`);
  }
  const id = (await sha256(utf8(`${match[1]}\n`), typed)).slice(0, 4);
  if (toHex(id) !== match[2]) {
    throw new Error(`the key's id does not belong to it: ${text}`);
  }
  return { name: match[1], id, raw: typed.slice(1) };
}

async function readPolicy(text) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: "none" };
  for (const line of text.split("\n")) {
    const [rule, ...words] = line.split(/[ \t]+/).filter(Boolean);
    if (rule === "log") {
      policy.logs.push(await readKey(words[0] ?? "", 1));
    } else if (rule === "witness") {
      policy.witnesses.set(words[0], await readKey(words[1] ?? "", 4));
    } else if (rule === "group") {
      const least = { any: 1, all: words.length - 2 }[words[1]] ?? Number(words[1]);
      policy.groups.set(words[0], { least, members: words.slice(2) });
    } else if (rule === "quorum") {
      policy.quorum = words[0];
    } else if (rule && !rule.startsWith("#")) {
      throw new Error(`no rule: ${line}`);
    }
  }
  return policy;
}

function isMet(policy, cosigned, name = policy.quorum) {
  const group = policy.groups.get(name);
  if (!group) {
    return cosigned.has(name);
  }
  return group.members.filter((one) => isMet(policy, cosigned, one)).length >= group.least;
}

async function knowsEd25519() {
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32), "Ed25519", true, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

async function verify(key, signature, message) {
  const imported = await crypto.subtle.importKey("raw", key.raw, "Ed25519", true, ["verify"]);
  return crypto.subtle.verify("Ed25519", imported, signature, message);
}

const linesOf = (note, key) =>
  note.lines.filter((line) => line.name === key.name && isEqual(line.id, key.id));

async function logsThatSigned(note, logs) {
  const found = [];
  for (const log of logs) {
    for (const line of linesOf(note, log)) {
      if (!(await verify(log, line.signature, utf8(note.text)))) {
        throw new Error(`the signature by ${log.name} is wrong`);
      }
      found.push(log.name);
    }
  }
  if (!found.includes(note.origin)) {
    throw new Error(`no signature by a known key of ${note.origin}`);
  }
  return found;
}

async function witnessTimes(note, witnesses) {
  const times = new Map();
  for (const [name, key] of witnesses) {
    for (const { signature } of linesOf(note, key)) {
      const at = signature.length === 72 ? new DataView(signature.buffer).getBigUint64(0) : 0n;
      const message = utf8(`cosignature/v1\ntime ${at}\n${note.text}`);
      if (at < 1n || at >= 1n << 63n || !(await verify(key, signature.slice(8), message))) {
        throw new Error(`the line by ${key.name} is wrong`);
      }
      times.set(name, Math.min(Number(at), times.get(name) ?? Infinity));
    }
  }
  return times;
}

const shownTimes = (times) =>
  Array.from(times, ([name, at]) => `${name} ${new Date(at * 1000).toISOString()}`).join(", ");

// What each stage found, the one that failed, and the verdict.
export async function checkReceipt(text, policyText) {
  const found = {};
  const stage = async (name, look, shown) => {
    try {
      const value = await look();
      found[name] = shown(value);
      return value;
    } catch (error) {
      throw new Refused(name, error.message);
    }
  };
  try {
    const policy = await readPolicy(policyText);
    const proof = await stage("read", () => readProof(text), (one) => `${one.index} / ${one.note.size}`);
    const leaf = await sha256(Uint8Array.of(0), proof.body);
    await stage("event", () => readEvent(proof.body), (event) => `${event.kind} ${grouped(leaf)}`);
    await stage("path", async () => {
      const root = await rootOf(proof);
      if (!isEqual(root, proof.note.root)) {
        throw new Error(`computed ${grouped(root)}`);
      }
      return root;
    }, grouped);
    if (!(await knowsEd25519())) {
      return { verdict: "unchecked", found };
    }
    await stage("log", () => logsThatSigned(proof.note, policy.logs), String);
    const times = await stage("witnesses", () => witnessTimes(proof.note, policy.witnesses), shownTimes);
    const isWitnessed = policy.quorum !== "none" && isMet(policy, times);
    return { verdict: isWitnessed ? "witnessed" : "signed", found };
  } catch (error) {
    const failed = error instanceof Refused ? error.stage : "keys";
    return { verdict: "refused", found, failed, reason: error.message };
  }
}

// The receipts of a file: itself, or those of a bundle or in a consent receipt.
export function receiptsIn(text) {
  try {
    const signed = /^[^\S\ufeff]*[\w-]+\.([\w-]+)\.[\w-]+[^\S\ufeff]*$/.exec(text);
    if (signed) {
      const { proofs } = JSON.parse(fromBase64Url(signed[1]));
      return proofs.length && proofs.every((one) => typeof one === "string") ? proofs : [text];
    }
    const bundle = JSON.parse(text);
    const texts = [bundle.granted, ...bundle.receipts];
    return texts.every((one) => typeof one === "string") ? texts : [text];
  } catch {
    return [text];
  }
}
