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

// A date is rewritten when its field is left: 5/11/26 becomes 05/11/2026. What is no date stays, and is told when the page is sent.
document.addEventListener("focusout", (event) => {
  if (!event.target.matches?.("[data-date]")) return;
  const found = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{1,2})$|^(\d{2})(\d{2})(\d{4})$/.exec(event.target.value.trim());
  if (!found) return;
  const [day, month, year] = found.slice(1).filter((part) => part !== undefined);
  const full = year.length === 4 ? +year : +year + (+year < 70 ? 2000 : 1900), date = new Date(full, month - 1, day);
  if (date.getMonth() === month - 1) event.target.value = `${day.padStart(2, "0")}/${month.padStart(2, "0")}/${full}`;
});

// After a refusal the focus is on the summary of what is wrong.
addEventListener("DOMContentLoaded", () => document.getElementById("erreurs")?.focus());

// Going back in the browser's history shows the form ready again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// A live region that gets something else (an error, the login page) stays as it is: nothing on screen is wiped out.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const region = ctx.request.headers.Region;
  if (region && tasks.some((task) => task.type === "main" && task.fragment.firstElementChild?.id !== region)) event.preventDefault();
});

// The live connection: say when it is lost, and hide it when it is back.
const say = (id, yes) => { const notice = document.getElementById(id); if (notice) notice.hidden = !yes; };
document.addEventListener("htmx:sse:error", (event) => { if (event.detail.status === 401) over(); else say("direct-coupe", true); });
document.addEventListener("htmx:sse:after:connection", () => { for (const id of ["direct-coupe", "session-finie"]) say(id, false); });

// The session is over: the page stays as it is, with what is typed in it.
const over = () => { say("session-bientot", false); say("session-finie", true); };
document.addEventListener("htmx:response:error", (event) => { if (event.detail.ctx.response.status === 401) over(); });

document.addEventListener("htmx:finally:request", (event) => { if (event.detail.ctx.response?.status < 400) say("session-finie", false); });

// Thirty minutes without a page end a session: two minutes before, offer to stay.
let warn;
const arm = () => { clearTimeout(warn); warn = setTimeout(() => say("session-bientot", true), 28 * 60 * 1000); };
arm();
document.getElementById("rester")?.addEventListener("click", async () => {
  const answer = await fetch("/rester-connecte", { method: "POST", headers: { "HX-Request": "true" } });
  if (answer.ok) { say("session-bientot", false); arm(); } else over();
});

// Alt and a letter press what says so (aria-keyshortcuts): a link or a button that one uses all day.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.key.length !== 1) return;
  const pressed = document.querySelector(`[aria-keyshortcuts="Alt+${CSS.escape(event.key.toUpperCase())}"]`);
  if (pressed) { event.preventDefault(); pressed.click(); }
});
