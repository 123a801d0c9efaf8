// What a page can do beyond HTML. Everything works without it.
"use strict";

// A click on a form's button is answered at once: the button says so and cannot be pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || button.dataset.plain !== undefined) return;
  setTimeout(() => { // after the browser has taken the button's own name and value
    button.disabled = true;
    if (!button.getAttribute("aria-label")) button.textContent = "Envoi…";
  });
});

// After a refusal the focus is on the summary of what is wrong.
addEventListener("DOMContentLoaded", () => document.getElementById("erreurs")?.focus());

// Going back in the browser's history shows the form ready again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// A live region whose page answers something else (an error, the login page) stays as it is: nothing on screen is wiped out.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  if (ctx.select && tasks.some((task) => task.type === "main" && !task.fragment.firstElementChild)) event.preventDefault();
});

// The live connection: say when it is lost, and hide it when it is back.
const cut = (lost) => { const notice = document.getElementById("direct-coupe"); if (notice) notice.hidden = !lost; };
document.addEventListener("htmx:sse:error", () => cut(true));
document.addEventListener("htmx:sse:after:connection", () => cut(false));

// Thirty minutes without a page end a session: two minutes before, offer to stay.
let warn;
const arm = () => { clearTimeout(warn); warn = setTimeout(() => {
  const notice = document.getElementById("session-bientot");
  if (notice) notice.hidden = false;
}, 28 * 60 * 1000); };
arm();
document.getElementById("rester")?.addEventListener("click", async (event) => {
  const answer = await fetch("/rester-connecte", { method: "POST" });
  if (answer.ok) { event.target.closest(".notice").hidden = true; arm(); } else location.reload();
});
