// On top of the month: Enter in a field does what its own button does. Without this file one goes to the button.
"use strict";
document.addEventListener("keydown", (event) => {
  const way = event.key === "Enter" && event.target.matches?.("input, select") && event.target.closest("[data-way]");
  if (!way) return;
  event.preventDefault();
  way.querySelector("button").click();
});
