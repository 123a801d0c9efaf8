// The entry grid, quicker: keys, live totals, rows that save themselves. Without this file every button of the page does the same.
"use strict";
(() => {
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  const KEEP_AFTER = 2000;
  const PATHS = ["centre.attended", "centre.excused", "centre.unexcused", "company.attended", "company.excused", "company.unexcused"];
  const lines = [...grid.querySelectorAll("[data-line]")];
  const saved = document.getElementById("enregistre");
  const cells = (line) => [...line.querySelectorAll("input.cell")];
  const shown = (hours) => hours.toLocaleString("fr-FR", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replaceAll("\u202f", "\u00a0");

  // 3,5 · 3.5 · 3h30 → 3.5; null for nothing, NaN for what is no number of hours.
  const read = (text) => {
    text = text.replace(/[\s\u00a0\u202f]/g, "");
    if (!text) return null;
    const clock = /^(\d{1,5})[hH](\d{2})?$/.exec(text);
    if (clock) return +clock[1] + (+(clock[2] || 0)) / 60;
    return /^-?\d*[.,]?\d+$|^-?\d+[.,]$/.test(text) ? +text.replace(",", ".") : NaN;
  };
  const right = (hours) => hours !== null && hours >= 0 && Number.isInteger(hours * 4);
  const figures = (line) => cells(line).map((cell) => read(cell.value));
  const whole = (line) => figures(line).every(right);

  // ---------- Live totals ----------
  const total = (line) => {
    const found = figures(line).map((hours) => (right(hours) ? hours : 0));
    const out = line.querySelector("[data-total]");
    if (whole(line)) out.innerHTML = `<strong>${shown(found.reduce((sum, hours) => sum + hours, 0))}</strong>`;
    else out.innerHTML = '<span class="muted">—<span class="visually-hidden"> pas encore calculé</span></span>';
    line.querySelectorAll("[data-left]").forEach((left, place) => {
      const hours = +left.dataset.before - found.slice(3 * place, 3 * place + 3).reduce((sum, one) => sum + one, 0);
      left.dataset.now = hours;
      left.textContent = shown(hours).replace("-", "−");
      left.classList.toggle("is-over", hours < 0);
    });
  };
  const sums = () => {
    const counted = lines.filter(whole);
    const columns = PATHS.map((_, index) => counted.reduce((sum, line) => sum + figures(line)[index], 0));
    PATHS.forEach((path, index) => { grid.querySelector(`[data-sum="${path}"]`).textContent = shown(columns[index]); });
    grid.querySelector('[data-sum="all"]').textContent = shown(columns.reduce((sum, one) => sum + one, 0));
    grid.querySelectorAll("[data-sum-left]").forEach((out) => {
      const left = lines.map((line) => +(line.querySelector(`[data-left="${out.dataset.sumLeft}"]`).dataset.now ?? 0));
      out.textContent = shown(left.reduce((sum, one) => sum + one, 0)).replace("-", "−");
    });
    const some = counted.length < lines.length;
    grid.querySelector("[data-counted]").textContent = "Total" + (some ? `, ${counted.length}\u00a0ligne${counted.length > 1 ? "s" : ""} sur ${lines.length}` : "");
  };
  const tidy = (cell) => {
    const hours = read(cell.value);
    if (right(hours)) cell.value = hours.toFixed(2).replace(".", ",");
    cell.classList.toggle("is-empty", hours === null);
  };

  // ---------- Keys ----------
  const go = (cell) => { if (cell) { cell.focus(); cell.select(); } return !!cell; };
  const beside = (cell, rows, columns) => {
    const line = lines[lines.indexOf(cell.closest("[data-line]")) + rows];
    return line && cells(line)[cells(cell.closest("[data-line]")).indexOf(cell) + columns];
  };
  grid.addEventListener("focusin", (event) => { if (event.target.matches("input.cell")) event.target.select(); });
  grid.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches("input.cell") || event.ctrlKey || event.metaKey || event.altKey) return;
    const start = cell.selectionStart === 0, end = cell.selectionEnd === cell.value.length;
    let done = false;
    if (event.key === "Enter" || event.key === "ArrowDown") done = go(beside(cell, 1, 0)) || event.key === "Enter";
    else if (event.key === "ArrowUp") done = go(beside(cell, -1, 0));
    else if (event.key === "ArrowLeft" && start && !event.shiftKey) done = go(beside(cell, 0, -1));
    else if (event.key === "ArrowRight" && end && !event.shiftKey) done = go(beside(cell, 0, 1));
    else if (event.key === "Escape") { cell.value = cell.defaultValue; tidy(cell); cell.select(); follow(cell); done = true; }
    if (done) event.preventDefault();
  });
  const follow = (cell) => { const line = cell.closest("[data-line]"); total(line); sums(); };

  // ---------- A row saves itself ----------
  const content = (line) => {
    const found = [...line.querySelectorAll("[name]:not(button)")].filter((one) => !one.disabled && (one.type !== "radio" && one.type !== "checkbox" || one.checked));
    return found.filter((one) => !one.closest("[id$=-versions]")).map((one) => `${one.name}=${one.value}`).join("&");
  };
  const state = new Map(lines.map((line) => [line, { sent: content(line), kept: content(line), busy: false, again: false, timer: 0 }]));
  const send = (line, what) => {
    const now = state.get(line);
    clearTimeout(now.timer);
    if (content(line) === (what === "ligne" ? now.sent : now.kept)) return;
    if (now.busy) { now.again = what; return; } // its versions are on their way: never two at once
    now.busy = true;
    now.what = what;
    now.kept = content(line);
    if (what === "ligne") { now.sent = now.kept; now.values = new Map(cells(line).map((cell) => [cell, cell.value])); }
    line.dispatchEvent(new CustomEvent("ligne"));
  };
  document.addEventListener("htmx:config:request", (event) => {
    const now = state.get(event.target);
    if (!now) return;
    const body = event.detail.ctx.request.body;
    for (const name of [...body.keys()]) if (!name.startsWith(event.target.id + ".")) body.delete(name);
    body.set("faire", now.what);
  });
  document.addEventListener("htmx:finally:request", (event) => {
    const line = event.target, now = state.get(line);
    if (!now) return;
    const status = event.detail.ctx.response?.status ?? 0, done = status === 200 || status === 422;
    now.busy = false;
    if (done) answered(line, status); else { now.sent = now.kept = ""; saved.textContent = saved.dataset.failed; }
    if (now.again) { const what = now.again; now.again = false; send(line, what); }
  });
  const answered = (line, status) => {
    const now = state.get(line);
    if (status === 200 && now.what === "ligne") now.values.forEach((value, cell) => { cell.defaultValue = value; });
    const note = line.querySelector("[data-state]");
    const wrong = (note?.dataset.wrong ?? "").split(" ");
    for (const field of line.querySelectorAll("input, select")) {
      if (wrong.includes(field.id)) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
    }
    for (const row of [line.querySelector(".line__row"), line.querySelector(".note-row")]) row.classList.toggle("has-error", !!note?.dataset.wrong);
    line.querySelector(".line__row").classList.toggle("has-note", !!line.querySelector(".note-row > td > *"));
  };
  grid.addEventListener("input", (event) => {
    const line = event.target.closest("[data-line]"), now = line && state.get(line);
    if (!now) return;
    if (event.target.matches("input.cell")) follow(event.target);
    clearTimeout(now.timer);
    now.timer = setTimeout(() => send(line, "garder"), KEEP_AFTER);
  });
  grid.addEventListener("focusout", (event) => {
    const line = event.target.closest("[data-line]");
    if (!line) return;
    if (event.target.matches("input.cell")) {
      tidy(event.target);
      follow(event.target);
      const kind = cells(line).indexOf(event.target) % 3;
      if (kind && read(event.target.value) > 0 && event.target.value !== event.target.defaultValue) open(line, true);
    }
    if (!line.contains(event.relatedTarget)) send(line, "ligne");
  });
  // Somebody goes away, perhaps for good: what is typed is kept all the same.
  addEventListener("pagehide", () => {
    for (const line of lines) {
      if (content(line) === state.get(line).kept) continue;
      const body = new URLSearchParams(); // as a form sends it: parts are taken from a form with a file alone
      for (const pair of line.querySelectorAll("[name]:not(button)")) if (pair.type !== "radio" && pair.type !== "checkbox" || pair.checked) body.append(pair.name, pair.value);
      body.set("faire", "garder");
      navigator.sendBeacon(line.getAttribute("hx-post"), body);
    }
  });
  document.getElementById("saisie").addEventListener("submit", () => { for (const now of state.values()) clearTimeout(now.timer); });
  document.getElementById("saisie").addEventListener("submit", () => { for (const [line, now] of state) now.kept = content(line); });

  // ---------- Panels: absences and the exit ----------
  const open = (line, yes) => {
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
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button"), line = button?.closest("[data-line]");
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
      send(line, "ligne");
    } else if (button.matches("[data-zeros]")) {
      for (const cell of cells(line)) if (read(cell.value) === null) { cell.value = "0,00"; tidy(cell); }
      total(line);
      sums();
      go(cells(line)[0]);
      send(line, "ligne");
    } else return;
    event.preventDefault();
  });

  // Following “what is left to settle” opens the panel in which the field is.
  document.addEventListener("click", (event) => {
    const href = event.target.closest?.('a[href^="#s"]')?.getAttribute("href");
    const field = href && document.getElementById(href.slice(1)), line = field?.closest("[data-line]");
    if (!line) return;
    if (field.closest(".panel-row")) open(line, true);
    event.preventDefault();
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
  lines.forEach(total);
})();
