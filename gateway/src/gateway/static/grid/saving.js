// Rows save themselves: when they are left, and when nobody has typed for a moment. A row is saved, and everybody sees it, or it is not,
// and stands here alone. The rows that others save come by themselves, into rows that nobody types in.
import { cells, follow, lineOf, lines, plural } from "./figures.js";

const PAUSE = 2000, AGAIN = 5000;
const carrier = document.getElementById("lignes"), word = document.getElementById("enregistre");
const fields = (line) => [...line.querySelectorAll("[name]:not(button)")].filter((field) => (field.type !== "radio" && field.type !== "checkbox") || field.checked);
const typed = (line) => fields(line).filter((field) => !field.closest("[id$=-versions]")).map((field) => `${field.name}=${field.value}`).join("&");
const version = (line, name) => line.querySelector(`[name="${line.id}.${name}"]`).value;
const isSaved = (line) => !line.querySelector("[data-unsaved]");

// `over`: the whole page is on its way.
// `shown` is what the server last answered about, `saved` what it has; null: what it shows was not saved.
const rows = new Map();
let flying = null, asked = false, stopped = false, over = false, timer = 0, said = word.innerHTML, stays = null;
const begin = (line) => rows.set(line, { shown: typed(line), saved: isSaved(line) ? typed(line) : null, due: false });

const state = (line) => {
  const cell = document.getElementById(`${line.id}-etat`);
  if (typed(line) === rows.get(line).saved) { if (cell.dataset.was !== undefined) { cell.innerHTML = cell.dataset.was; delete cell.dataset.was; } return; }
  if (!isSaved(line)) return;
  cell.dataset.was = cell.innerHTML;
  cell.innerHTML = '<span class="unsaved" data-unsaved>non enregistré</span>';
};
const tell = (why = "") => {
  const count = lines.filter((line) => !isSaved(line)).length;
  if (!count) word.innerHTML = said;
  else word.innerHTML = `<span class="unsaved">Non enregistré${count > 1 ? `\u00a0: ${plural(count, "ligne")}` : ""}${why}</span>`;
};

export const touched = (line) => {
  const row = rows.get(line);
  row.due = false;
  clearTimeout(row.timer);
  state(line);
  tell();
  if (typed(line) !== row.shown) row.timer = setTimeout(() => left(line), PAUSE);
};
export const left = (line) => {
  clearTimeout(rows.get(line).timer);
  stopped = over;
  rows.get(line).due = typed(line) !== rows.get(line).shown;
  pump();
};
const pump = () => {
  const due = lines.filter((line) => rows.get(line).due);
  if (flying || stopped || !(due.length || asked)) return;
  flying = due.map((line) => [line, typed(line)]);
  asked = false;
  due.forEach((line) => { rows.get(line).due = false; });
  carrier.dispatchEvent(new CustomEvent("lignes"));
};

const isTypedIn = (line) => line.contains(document.activeElement) || typed(line) !== rows.get(line).shown;
document.addEventListener("htmx:config:request", (event) => {
  if (event.target !== carrier) return;
  const { body, headers } = event.detail.ctx.request;
  for (const [line] of flying) for (const field of fields(line)) body.append(field.name, field.value);
  body.set("vu", lines.map((line) => `${line.id.slice(1)}.${version(line, "version")}.${version(line, "exit.version")}`).join(" "));
  if (!flying.length) headers.Region = "lignes"; // nobody's doing: it keeps no session open
});
document.addEventListener("htmx:before:swap", (event) => {
  const { tasks } = event.detail;
  if (event.target !== carrier) return;
  for (let index = tasks.length - 1; index >= 0; index -= 1) {
    const line = tasks[index].target;
    if (!rows.has(line)) continue;
    if (isTypedIn(line)) { rows.get(line).stale = true; tasks.splice(index, 1); } else rows.get(line).comes = true;
  }
  // What comes above it does not move the cell that somebody types in.
  const cell = document.activeElement?.matches("input.cell") ? document.activeElement : null;
  stays = cell && [cell, cell.getBoundingClientRect().top];
});
document.addEventListener("htmx:after:swap", (event) => { if (event.target === carrier) stay(); });
document.addEventListener("htmx:finally:request", (event) => {
  if (event.target !== carrier) return;
  const status = event.detail.ctx.response?.status ?? 0, sent = flying;
  flying = null;
  if ([200, 204, 422].includes(status)) { if (status !== 204) { answered(sent); stay(); } } else failed(sent, status);
  pump();
});
const answered = (sent) => {
  said = word.innerHTML;
  for (const [line, what] of sent) {
    const row = rows.get(line);
    delete document.getElementById(`${line.id}-etat`).dataset.was;
    row.shown = what;
    row.saved = isSaved(line) ? what : null;
    mark(line);
    state(line);
    if (typed(line) !== what && !line.contains(document.activeElement)) row.due = true;
  }
  for (const line of lines.filter((other) => rows.get(other).comes)) { begin(line); follow(line); mark(line); }
  tell();
};
// At once: Bootstrap lets pages scroll smoothly.
const stay = () => { if (stays?.[0].isConnected) scrollBy({ top: stays[0].getBoundingClientRect().top - stays[1], behavior: "instant" }); };
const failed = (sent, status) => {
  for (const [line] of sent) { rows.get(line).shown = null; }
  stopped = true;
  tell(status === 401 ? ". Votre session a expiré\u00a0: reconnectez-vous dans un autre onglet, cette page continuera." : ". Nouvel essai dans un instant.");
  clearTimeout(timer);
  if (status !== 401) timer = setTimeout(retry, AGAIN);
};
const retry = () => {
  stopped = over;
  for (const [line, row] of rows) if (row.shown === null) row.due = true;
  asked = true;
  pump();
};
const mark = (line) => {
  const note = line.querySelector("[data-state]"), wrong = (note?.dataset.wrong ?? "").split(" ");
  for (const field of line.querySelectorAll("input:not([type=hidden]), select")) {
    if (wrong.includes(field.id)) { field.setAttribute("aria-invalid", "true"); field.setAttribute("aria-describedby", `${line.id}-note`); }
    else if (field.getAttribute("aria-describedby") === `${line.id}-note` || field.matches("[aria-invalid]")) { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); }
  }
  for (const row of [line.querySelector(".line__row"), line.querySelector(".note-row")]) row.classList.toggle("has-error", !!note?.dataset.wrong);
  line.querySelector(".line__row").classList.toggle("has-note", !!line.querySelector(".note-row > td > *"));
};

export const save = () => {
  lines.forEach(begin);
  document.body.addEventListener("changed", () => { asked = true; pump(); });
  // The live connection stands again: so does the session.
  document.addEventListener("htmx:sse:after:connection", retry);
  addEventListener("focus", () => { if (stopped) retry(); });
  document.addEventListener("focusout", (event) => {
    const line = event.target instanceof Element ? lineOf(event.target) : null;
    if (!line || line.contains(event.relatedTarget)) return;
    left(line);
    if (rows.get(line).stale) { rows.get(line).stale = false; asked = true; setTimeout(pump); }
  });
  // Somebody goes away, perhaps for good: what is typed is saved all the same.
  addEventListener("pagehide", () => {
    const body = new URLSearchParams(); // as a form sends it: parts are taken from a form with a file alone
    for (const line of lines) if (typed(line) !== rows.get(line).shown) for (const field of fields(line)) body.append(field.name, field.value);
    if (body.size) navigator.sendBeacon(carrier.getAttribute("hx-post"), body);
  });
  document.getElementById("saisie").addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    stopped = over = true;
    for (const [line, row] of rows) { clearTimeout(row.timer); row.shown = typed(line); }
  });
};
