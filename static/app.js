// Everything works without this file; it only moves the focus and keeps a form from being sent twice.
"use strict";

const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.focus();
}

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") {
    return;
  }
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
});

// A page restored by the Back button may send its form again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
  }
});
