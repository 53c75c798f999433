// The button "Check in this browser": shows the page's own words for what check_receipt.js found.
import { checkReceipt, receiptsIn } from "./check_receipt.js";

const WORST_FIRST = ["refused", "unchecked", "signed", "witnessed"];
const place = document.querySelector("[data-check]");
const part = (name) => place.querySelector(`[data-${name}]`);

async function weakest(texts) {
  const checks = [];
  for (const one of texts) {
    checks.push(await checkReceipt(one, part("policy").value));
  }
  checks.sort((one, other) => WORST_FIRST.indexOf(one.verdict) - WORST_FIRST.indexOf(other.verdict));
  return checks[0];
}

// Of each step the page has three wordings: it holds, it fails, it was not reached.
function steps({ found, failed, reason }) {
  const list = part("steps").content.cloneNode(true);
  for (const line of list.querySelectorAll("li")) {
    const { stage, state } = line.dataset;
    const own = stage in found ? "holds" : stage === failed ? "fails" : "left";
    if (state !== own) {
      line.remove();
      continue;
    }
    line.querySelector(".hash").textContent = found[stage] ?? (own === "fails" ? reason : "");
  }
  return list;
}

// As the server reads a file: its byte order mark counts, and what is no UTF-8 is no receipt.
async function receiptText() {
  const file = document.querySelector("input[type=file]").files[0];
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return file
    ? strict.decode(await file.arrayBuffer())
    : document.querySelector("textarea[name=text]").value;
}

// What several receipts show together is not looked at here, so they are never said to hold as one.
function shownVerdict({ verdict, failed }, texts, text) {
  if (failed === "keys") {
    return "keys";
  }
  if (verdict !== "witnessed" || texts[0] === text) {
    return verdict;
  }
  return text.trimStart().startsWith("{") ? "each" : "enclosed";
}

async function checkedText(text, texts) {
  if (text === null) {
    return { verdict: "refused" };
  }
  return text.trim() ? weakest(texts) : { verdict: "nothing" };
}

async function run() {
  const outcome = part("outcome");
  const text = await receiptText().catch(() => null);
  const texts = receiptsIn(text ?? "");
  const checked = await checkedText(text, texts);
  const verdict = shownVerdict(checked, texts, text);
  const words = place.querySelector(`[data-verdict=${verdict}]`).content.cloneNode(true);
  outcome.replaceChildren(words, ...(checked.found && verdict !== "keys" ? [steps(checked)] : []));
}

place.hidden = false;
part("run").addEventListener("click", run);
