// Escape takes away the meaning that a badge shows, without moving the pointer or the focus (WCAG 1.4.13). It comes back
// when the badge is pointed at or focused anew.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const badge of document.querySelectorAll(".c-badge:hover, .c-badge:focus-within")) badge.dataset.quiet = "";
});
for (const kind of ["focusout", "mouseout"]) {
  document.addEventListener(kind, (event) => {
    const badge = event.target.closest && event.target.closest(".c-badge[data-quiet]");
    if (badge && !badge.contains(event.relatedTarget)) delete badge.dataset.quiet;
  });
}
