// Whatever is typed, copied or pasted goes through `put`, as one step that can be undone.
import { cells, follow, grid, lineOf, lines, read, tidy } from "./figures.js";

const button = document.querySelector("[data-undo]");
const done = [], undone = [];
let before = ""; // what stood in the cell when it was entered
let changed = () => {};

export const whenChanged = (hear) => { changed = hear; };

const show = (cell, value) => {
  cell.value = value;
  tidy(cell);
  follow(lineOf(cell));
  changed(lineOf(cell));
};
const keep = (step) => {
  done.push(step);
  undone.length = 0;
  button.disabled = false;
};
// Values into their cells, together: [[cell, value], …].
export const put = (values) => {
  const step = values.filter(([cell, value]) => cell.value !== value).map(([cell, value]) => ({ cell, before: cell.value, after: value }));
  if (!step.length) return;
  step.forEach(({ cell, after }) => show(cell, after));
  if (step.some(({ cell }) => cell === document.activeElement)) before = document.activeElement.value;
  keep(step);
};
const move = (from, to, side) => {
  const step = from.pop();
  if (!step) return;
  to.push(step);
  step.forEach((change) => { if (change.cell.isConnected) show(change.cell, change[side]); });
  button.disabled = !done.length;
  go(step[0].cell);
};

export const go = (cell) => { if (cell?.isConnected) { cell.focus(); before = cell.value; cell.select(); } return !!cell; };
const at = (line, column) => lines[line] && cells(lines[line])[column];
const place = (cell) => [lines.indexOf(lineOf(cell)), cells(lineOf(cell)).indexOf(cell)];

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
// The cells from this one to the border of the grid.
const onwards = (cell, [down, right]) => {
  const [line, column] = place(cell), found = [];
  for (let next = at(line + down, column + right), step = 1; next; next = at(line + step * down, column + step * right)) { found.push(next); step += 1; }
  return found;
};
// What was typed into a cell is a step of its own.
const leave = (cell) => {
  tidy(cell);
  if (cell.value !== before) keep([{ cell, before, after: cell.value }]);
  before = cell.value;
};
const copy = (cell, arrow, toTheEnd) => {
  leave(cell);
  const [next, ...rest] = onwards(cell, arrow);
  const empty = [next, ...rest].filter((other) => other && read(other.value) === null);
  if (toTheEnd) put(empty.map((other) => [other, cell.value]));
  else if (next) { put([[next, cell.value]]); go(next); }
};

const keys = (event) => {
  const cell = event.target, command = event.ctrlKey || event.metaKey, arrow = ARROWS[event.key];
  if (!cell.matches("input.cell") || event.altKey) return;
  if (command && arrow) copy(cell, arrow, event.shiftKey);
  else if (command && event.key.toLowerCase() === "z" && !event.shiftKey) { leave(cell); move(done, undone, "before"); }
  else if (command && (event.key.toLowerCase() === "y" || event.key.toLowerCase() === "z")) move(undone, done, "after");
  else if (command || (!arrow && event.key !== "Enter" && event.key !== "Escape")) return;
  else if (event.key === "Escape") { show(cell, before); cell.select(); }
  else if (event.key === "Enter") go(onwards(cell, ARROWS.ArrowDown)[0]);
  else if (event.shiftKey && arrow[1]) return; // letters are chosen
  else if (arrow[1] < 0 && cell.selectionStart !== 0 || arrow[1] > 0 && cell.selectionEnd !== cell.value.length) return;
  else if (!go(onwards(cell, arrow)[0])) return;
  event.preventDefault();
};

if (grid) {
  button.hidden = false;
  button.addEventListener("click", () => move(done, undone, "before"));
  grid.addEventListener("keydown", keys);
  grid.addEventListener("focusin", (event) => {
    if (!event.target.matches("input.cell")) return;
    before = event.target.value;
    event.target.select();
  });
  grid.addEventListener("focusout", (event) => {
    if (!event.target.matches("input.cell")) return;
    leave(event.target);
    follow(lineOf(event.target));
  });
}
