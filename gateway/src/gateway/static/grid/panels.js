// A row's panel: its periods of absence, and the exit.
import { cells, grid, lineOf, lines, read } from "./figures.js";
import { left, touched } from "./saving.js";

export const open = (line, yes) => {
  const panel = line.querySelector(".panel-row"), button = line.querySelector("[data-panel]");
  panel.hidden = !yes;
  button.setAttribute("aria-expanded", String(yes));
  line.querySelector(".line__row").classList.toggle("is-active", yes);
};
const renumber = (line) => line.querySelectorAll("[data-period]").forEach((period, number) => {
  const label = (text) => text.replace(/ériode \d+/, `ériode ${number + 1}`);
  for (const field of period.querySelectorAll("[name]")) {
    if (field.tagName === "BUTTON") {
      field.value = field.value.replace(/absences\.\d+/, `absences.${number}`);
      const hidden = field.querySelector(".visually-hidden");
      hidden.textContent = label(hidden.textContent);
      continue;
    }
    field.name = field.name.replace(/absences\.\d+/, `absences.${number}`);
    field.id = field.id.replace(/absences-\d+/, `absences-${number}`);
    field.setAttribute("aria-label", label(field.getAttribute("aria-label")));
  }
});
const blank = (period) => {
  const copy = period.cloneNode(true);
  for (const field of copy.querySelectorAll("input, select")) { field.value = ""; field.removeAttribute("aria-invalid"); }
  return copy;
};
const press = (event) => {
  const button = event.target.closest("button"), line = button && lineOf(button);
  if (!line) return;
  const periods = line.querySelectorAll("[data-period]");
  if (button.matches("[data-panel]")) {
    open(line, line.querySelector(".panel-row").hidden);
  } else if (button.matches("[data-add]")) {
    periods[periods.length - 1].after(blank(periods[periods.length - 1]));
    renumber(line);
    line.querySelector("[data-period]:last-child input").focus();
  } else if (button.matches("[data-remove]")) {
    const period = button.closest("[data-period]");
    if (periods.length === 1) period.replaceWith(blank(period)); else period.remove();
    renumber(line);
    line.querySelector("[data-add]").focus();
    touched(line);
    left(line);
  } else return;
  event.preventDefault();
};

// Following “what is left to settle” opens the panel in which the field is.
const goTo = (event) => {
  const href = event.target.closest?.('a[href^="#s"]')?.getAttribute("href");
  const field = href && document.getElementById(href.slice(1)), line = field && lineOf(field);
  if (!line) return;
  if (field.closest(".panel-row")) open(line, true);
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
};

export const panels = () => {
  grid.addEventListener("click", press);
  document.addEventListener("click", goTo);
  // Hours of absence ask for their periods.
  grid.addEventListener("change", (event) => {
    const line = lineOf(event.target);
    if (event.target.matches("input.cell") && cells(line).indexOf(event.target) % 3 && read(event.target.value) > 0) open(line, true);
  });
};
