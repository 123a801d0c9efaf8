// A block that was copied from a spreadsheet is shown as a proposal, over the grid; accepted, it is typed, and can be undone.
import { cells, grid } from "./figures.js";
import { go, put } from "./typing.js";

const form = document.getElementById("saisie"), dialog = document.getElementById("proposition"), folded = document.getElementById("coller");
let from = null;

const propose = async (text, cell) => {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of [["texte", text], ["depart", cell?.name ?? ""], ["faire", "coller"]]) body.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  if (!answer.ok) { document.dispatchEvent(new CustomEvent("htmx:response:error", { detail: { ctx: { response: answer } } })); return; }
  from = cell;
  dialog.innerHTML = await answer.text();
  dialog.showModal();
  document.getElementById("titre-proposition").focus();
};

export const pasting = () => {
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!event.target.matches("input.cell") || !/[\t\n\r]/.test(text.trim())) return; // one cell is typed like any other
    event.preventDefault();
    propose(text, event.target);
  });
  folded.querySelector("[data-paste]").addEventListener("click", (event) => {
    event.preventDefault();
    propose(document.getElementById("texte").value, null);
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.value === "poser") {
      put([...dialog.querySelectorAll("[data-laid]")].map((laid) => [grid.querySelector(`[name="${laid.dataset.laid}"]`), laid.value]).filter(([cell]) => cell));
      document.getElementById("texte").value = "";
      folded.open = false;
    }
    dialog.close();
  });
  dialog.addEventListener("close", () => { if (from) go(from); else cells(grid.querySelector("[data-line]"))[0].focus(); });
};
