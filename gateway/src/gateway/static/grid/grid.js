// The entry grid, quicker: keys, live sums, rows that save themselves, pasted tables. Without this every button of the page does the same.
import { begun, follow, grid, lineOf, lines } from "./figures.js";
import { panels } from "./panels.js";
import { pasting } from "./pasting.js";
import { left, save, touched } from "./saving.js";
import { put, whenChanged } from "./typing.js";

if (grid) {
  save();
  panels();
  pasting();
  let leaving = 0;
  // Copied, pasted, undone: together they are sent once the keys rest.
  whenChanged((line) => {
    touched(line);
    clearTimeout(leaving);
    leaving = setTimeout(() => lines.filter((other) => !other.contains(document.activeElement)).forEach(left), 300);
  });
  grid.addEventListener("input", (event) => {
    const line = lineOf(event.target);
    if (!line) return;
    if (event.target.matches("input.cell")) follow(line);
    touched(line);
  });
  document.querySelector("[data-zeros]").addEventListener("click", (event) => {
    event.preventDefault();
    put(begun().map((cell) => [cell, "0,00"]));
  });
  lines.forEach(follow);
}
