// What stands in the cells, read; sums of rows and columns, and what is empty. The server says the same when the page is loaded.
export const grid = document.querySelector("[data-grid]");
export const lines = grid ? [...grid.querySelectorAll("[data-line]")] : [];
export const cells = (line) => [...line.querySelectorAll("input.cell")];
export const lineOf = (element) => element.closest("[data-line]");

const PATHS = ["centre.attended", "centre.excused", "centre.unexcused", "company.attended", "company.excused", "company.unexcused"];
const shown = (hours) => hours.toLocaleString("fr-FR", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replaceAll("\u202f", "\u00a0").replace("-", "−");
const sum = (figures) => figures.reduce((total, hours) => total + hours, 0);

// 3,5 · 3.5 · 3h30 · 3:30 → 3.5; null for nothing, NaN for what is no number of hours.
export const read = (text) => {
  text = text.replace(/[\s\u00a0\u202f]/g, "");
  if (!text) return null;
  const clock = /^(\d{1,5})(?:[hH]([0-5]\d)?|:([0-5]\d)(?::00)?)$/.exec(text);
  if (clock) return +clock[1] + +(clock[2] || clock[3] || 0) / 60;
  return /^-?\d*[.,]?\d+$|^-?\d+[.,]$/.test(text) ? +text.replace(",", ".") : NaN;
};
const right = (hours) => hours !== null && hours >= 0 && Number.isInteger(hours * 4);
const figures = (line) => cells(line).map((cell) => read(cell.value));
const left = (line, place) => {
  const found = figures(line).slice(3 * place, 3 * place + 3).map((hours) => (right(hours) ? hours : 0));
  return +line.querySelectorAll("[data-left]")[place].dataset.before - sum(found);
};
const whole = (line) => figures(line).every(right);
// A line that is wrong leaves the sums: what no day or no plan holds, too.
const counts = (line) => whole(line) && sum(figures(line)) <= +line.dataset.most && left(line, 0) >= 0 && left(line, 1) >= 0;

export const tidy = (cell) => {
  const hours = read(cell.value);
  if (right(hours)) cell.value = hours.toFixed(2).replace(".", ",");
  cell.classList.toggle("is-empty", hours === null);
};

let summing = false;
export const follow = (line) => {
  const out = line.querySelector("[data-total]");
  if (counts(line)) out.innerHTML = `<strong>${shown(sum(figures(line)))}</strong>`;
  else out.innerHTML = '<span class="muted">—<span class="visually-hidden"> pas compté</span></span>';
  line.querySelectorAll("[data-left]").forEach((cell, place) => {
    cell.textContent = shown(left(line, place));
    cell.classList.toggle("is-over", left(line, place) < 0);
  });
  if (!summing) queueMicrotask(() => { summing = false; foot(); gaps(); });
  summing = true; // of many rows at once, the sums are made once
};

const foot = () => {
  const counted = lines.filter(counts), figuresOf = counted.map(figures);
  const columns = PATHS.map((_, index) => sum(figuresOf.map((found) => found[index])));
  PATHS.forEach((path, index) => { grid.querySelector(`[data-sum="${path}"]`).textContent = shown(columns[index]); });
  grid.querySelector('[data-sum="all"]').textContent = shown(sum(columns));
  grid.querySelectorAll("[data-sum-left]").forEach((out, place) => { out.textContent = shown(sum(lines.map((line) => left(line, place)))); });
  const some = counted.length < lines.length;
  grid.querySelector("[data-counted]").textContent = "Total" + (some ? `, ${plural(counted.length, "ligne")} sur ${lines.length}` : "");
};

export const plural = (count, one) => `${count}\u00a0${count < 2 ? one : one.split(" ").map((word) => word + "s").join(" ")}`;

// What is empty is told once. A line without any figure is to be filled in; of one that is begun, the cells are counted.
const empty = (line) => cells(line).filter((cell) => read(cell.value) === null);
export const begun = () => lines.filter((line) => empty(line).length < cells(line).length).flatMap(empty);
const gaps = () => {
  const untouched = lines.filter((line) => empty(line).length === cells(line).length).length, count = begun().length;
  const said = [untouched && `${plural(untouched, "ligne")} à remplir`, count && plural(count, "case vide")].filter(Boolean).join(", ");
  document.querySelector("[data-gaps]").textContent = said;
  document.querySelector("[data-zeros]").hidden = !count;
};
