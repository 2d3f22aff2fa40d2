// Says what became of what was typed. A form or field with data-autosave is sent by htmx; this shows
// "Saved 10:41" in the nearest [data-saved], and when sending fails says so and keeps trying.
import { say } from "./status.js";

const PAUSES = [2, 4, 8, 15, 30];
const failing = new Map();

function lineFor(element) {
  const scope = element.closest("[data-autosave-scope]") || document;
  return scope.querySelector("[data-saved]");
}
function show(element, state, text) {
  const line = lineFor(element);
  if (!line) return;
  line.dataset.state = state;
  line.textContent = text;
}
function saving(event) { return event.target.closest?.("[data-autosave]"); }
function clock() {
  return new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

// Whoever goes on leaves the grid behind: a row that could not be saved stays, and is said.
document.addEventListener("htmx:beforeRequest", (event) => {
  const left = event.target.matches("[name=go]") && document.querySelector("tr[data-autosave] [data-state=failed]");
  if (!left) return;
  event.preventDefault();
  say("A row is not saved yet. Wait, or put right what is said beside it.");
  left.closest("tr").querySelector("input:not([type=hidden])").focus();
}, { capture: true });

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.defaultPrevented) return;
  const element = saving(event);
  if (element && !failing.has(element)) show(element, "saving", "Saving");
});

document.addEventListener("htmx:afterRequest", (event) => {
  const element = saving(event);
  if (!element) return;
  const status = event.detail.xhr ? event.detail.xhr.status : 0;
  if (event.detail.successful) {
    if (failing.has(element)) { clearTimeout(failing.get(element).timer); failing.delete(element); say("Saved again."); }
    show(element, "saved", `Saved ${clock()}`);
  } else if (status === 409) {
    show(element, "failed", "Not saved: the household is no longer held by you. Your answers are kept as a draft.");
    say("Not saved. The household is no longer held by you.");
  } else if (status === 422 || status === 400) {
    show(element, "failed", "Not saved: see the error beside the field");
  } else retry(element);
});

function retry(element) {
  const state = failing.get(element) || { tries: 0 };
  if (state.tries === 0) say("Not saved. Trying again.");
  const pause = PAUSES[Math.min(state.tries, PAUSES.length - 1)];
  show(element, "failed", `Not saved. Trying again in ${pause} seconds; keep this page open.`);
  clearTimeout(state.timer);
  state.tries += 1;
  state.timer = setTimeout(() => {
    if (document.contains(element)) htmx.trigger(element, "autosave");
  }, pause * 1000);
  failing.set(element, state);
}

window.addEventListener("online", () => {
  for (const element of failing.keys()) htmx.trigger(element, "autosave");
});
window.addEventListener("beforeunload", (event) => {
  if (failing.size) event.preventDefault();
});
