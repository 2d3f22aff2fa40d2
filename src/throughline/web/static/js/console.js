// Chorded shortcuts from data attributes: data-shortcut="S" on a button, link, radio or field, and
// data-shortcut-what for the list. Off until turned on; the keys to hold are the user's choice.
import { say } from "./status.js";

const CHORDS = {
  "alt+shift": (e) => e.altKey && e.shiftKey && !e.ctrlKey,
  "ctrl+alt": (e) => e.ctrlKey && e.altKey && !e.shiftKey,
  "ctrl+shift": (e) => e.ctrlKey && e.shiftKey && !e.altKey,
};
const box = document.getElementById("shortcuts");
// A page without shortcuts offers no list of them.
if (!document.querySelector("[data-shortcut]")) for (const opener of document.querySelectorAll("[data-opens=shortcuts]")) opener.hidden = true;

function setting(name, fallback) {
  try { return localStorage.getItem(`throughline.${name}`) ?? fallback; } catch { return fallback; }
}
function remember(name, value) {
  try { localStorage.setItem(`throughline.${name}`, value); } catch { /* private window: lasts for this page */ }
}
let on = setting("shortcuts", "off") === "on";
let chord = setting("chord", "alt+shift");

function registry() {
  const found = new Map();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const key = element.dataset.shortcut.toUpperCase();
    if (element.disabled || element.closest("[hidden]")) continue;
    if (found.has(key)) console.warn(`Two shortcuts share the key ${key}; the first one keeps it.`);
    else found.set(key, element);
  }
  return found;
}

// The physical key, because Alt and Shift change what a letter types on many layouts.
function pressed(event) {
  const code = event.code || "";
  if (code.startsWith("Key")) return code.slice(3);
  if (code.startsWith("Digit")) return code.slice(5);
  return "";
}

function act(element) {
  if (element.matches("input[type=radio], input[type=checkbox]")) {
    element.focus();
    if (!element.checked) element.click();
  } else if (element.matches("input, select, textarea, [tabindex='-1'], [tabindex='0']")) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "?" && box && registry().size && !typing(event.target)) { event.preventDefault(); show(); return; }
  if (!on || !CHORDS[chord](event)) return;
  const element = registry().get(pressed(event));
  if (!element) return;
  event.preventDefault();
  act(element);
  say(element.dataset.shortcutWhat || element.textContent.trim(), { seconds: 2 });
});

function typing(target) {
  return target.closest("input, select, textarea, [contenteditable]") !== null;
}

function show() {
  const list = box.querySelector("[data-shortcuts-list]");
  const hold = chord.split("+").map((part) => part[0].toUpperCase() + part.slice(1)).join(" + ");
  list.replaceChildren(...[...registry()].map(([key, element]) => {
    const row = document.createElement("tr");
    const what = document.createElement("th");
    what.scope = "row";
    what.textContent = element.dataset.shortcutWhat || element.textContent.trim();
    const keys = document.createElement("td");
    const kbd = document.createElement("kbd");
    kbd.textContent = `${hold} + ${key}`;
    keys.append(kbd);
    row.append(what, keys);
    return row;
  }));
  box.querySelector("[data-shortcuts-on]").checked = on;
  box.querySelector("[data-shortcuts-chord]").value = chord;
  if (!box.open) box.showModal();
}

if (box) {
  box.querySelector("[data-shortcuts-on]").addEventListener("change", (event) => {
    on = event.target.checked;
    remember("shortcuts", on ? "on" : "off");
  });
  box.querySelector("[data-shortcuts-chord]").addEventListener("change", (event) => {
    chord = event.target.value;
    remember("chord", chord);
    show();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens=shortcuts]")) show();
  });
}

// Time in the present state: drawn once a second, never announced.
function tick() {
  for (const element of document.querySelectorAll("time[data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.since)) / 1000));
    const h = Math.floor(seconds / 3600);
    const m = Math.floor(seconds / 60) % 60;
    const two = (n) => String(n).padStart(2, "0");
    element.textContent = h ? `${h}:${two(m)}:${two(seconds % 60)}` : `${two(m)}:${two(seconds % 60)}`;
  }
}
tick();
setInterval(tick, 1000);

// After htmx swaps a page part in that asks for it, focus goes there (the next person's heading).
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.elt.querySelector?.("[data-focus]");
  if (target) { target.tabIndex = -1; target.focus(); }
});
