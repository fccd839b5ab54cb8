// "Copy" beside a link that can be selected and copied by hand just as well, and "Print", which browsers have too.
(() => {
  "use strict";
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const button = document.querySelector("[data-copy]");
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const link = document.getElementById(button.dataset.copy);
    const said = document.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(link.value);
      said.classList.remove("c-visually-hidden");
      said.textContent = said.dataset.copied;
    } catch {
      link.select();
    }
  });
})();
