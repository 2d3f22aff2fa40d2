// The contact grid: one spare blank row at the end, Enter goes to the next row, each row is saved by
// htmx as it is typed. Rows are <tr data-row>; the blank one is made from <template data-grid-row>, whose
// __position__ becomes the next free place (data-next), and __ref__ one of its own: a row sent twice is one contact.
import { say } from "./status.js";

for (const grid of document.querySelectorAll("[data-grid]")) prepare(grid);
document.addEventListener("htmx:afterSettle", (event) => {
  for (const grid of event.detail.elt.querySelectorAll?.("[data-grid]") ?? []) prepare(grid);
});

const ownRef = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function prepare(grid) {
  if (grid.dataset.ready) return;
  grid.dataset.ready = "yes";
  const body = grid.tBodies[0];
  const template = grid.querySelector("template[data-grid-row]") || grid.parentElement.querySelector("template[data-grid-row]");
  const what = grid.dataset.rowWhat || "Row";
  let next = Number(grid.dataset.next || 1);
  const rows = () => [...body.querySelectorAll("tr[data-row]")];
  const fields = (row) => [...row.querySelectorAll("input:not([type=hidden]), select")];
  const typed = (field) => field.matches("input:not([type=checkbox])") && field.value.trim();
  const blank = (row) => !fields(row).some(typed);

  function spare() {
    const last = rows().at(-1);
    if (last && blank(last)) return last;
    const number = rows().length + 1;
    const holder = document.createElement("tbody");
    holder.innerHTML = template.innerHTML
      .replaceAll("__position__", String(next))
      .replaceAll("__number__", String(number))
      .replaceAll("__ref__", ownRef());
    next += 1;
    const row = holder.firstElementChild;
    body.append(...holder.children);
    if (window.htmx) htmx.process(row);
    return row;
  }

  body.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (row && !blank(row)) spare();
  });
  body.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!event.target.matches("input, select")) return;
    event.preventDefault();
    const row = event.target.closest("tr[data-row]");
    // Enter on the spare row: that was everybody.
    if (blank(row)) { document.querySelector("[data-continue]")?.focus(); return; }
    const all = rows();
    const below = all[all.indexOf(row) + 1] || spare();
    // Leaving the field makes the browser send its change, and with it the row.
    fields(below)[0].focus();
    say(`${what} ${rows().indexOf(below) + 1}`, { seconds: 2 });
  });
  spare();
}
