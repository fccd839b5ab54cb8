// Puts a narrowed list in place of the old one without loading the page anew. Everything works without this file: it
// asks for the same addresses that the form and the links lead to, and shows the same part of the same page.
(() => {
  "use strict";
  const PART = "[data-listing]";
  const list = () => document.querySelector(PART);
  if (!list() || !window.fetch || !window.history.pushState) return;
  const status = document.querySelector("[data-listing-status]");
  const narrow = window.matchMedia("(max-width: 55.99rem)");
  let running = null;
  let shown = location.href.split("#")[0];

  const prepare = (first) => {
    list().dataset.scripted = "";
    if (first && narrow.matches) list().querySelector(".c-filters__all").open = false;
  };

  // The form's address without its empty boxes, as the server itself writes it.
  const addressOf = (form) => {
    const address = new URL(form.action, location.href);
    const pairs = [...new FormData(form)].filter(([name, value]) => value.trim() !== "");
    const query = new URLSearchParams(pairs).toString().replaceAll("%2F", "/");
    address.search = query;
    return address.href;
  };

  // Where the focus is, said in a way that finds the same control in the new list.
  const place = () => {
    const at = document.activeElement;
    if (!at || !list().contains(at)) return null;
    if (at.id) return "#" + CSS.escape(at.id);
    if (at.name && at.type === "checkbox")
      return `input[name="${CSS.escape(at.name)}"][value="${CSS.escape(at.value)}"]`;
    if (at.name) return `[name="${CSS.escape(at.name)}"]`;
    const facet = at.closest(".c-facet");
    const its = facet ? `[data-facet="${facet.dataset.facet}"]` : ".c-filters__all";
    if (at.matches("summary, .c-facet__more a")) return its + " > summary";
    if (at.matches(".c-search__button")) return ".c-search__button";
    return "#list"; // where a link in the old list was, for one
  };

  const show = async (href, { push = true, focus = null } = {}) => {
    if (running) running.abort();
    running = new AbortController();
    const where = focus || place();
    const caret = document.activeElement && document.activeElement.selectionStart;
    const open = new Map([...list().querySelectorAll(".c-facet")].map((one) => [one.dataset.facet, one.open]));
    const allOpen = list().querySelector(".c-filters__all").open;
    // begun, and not asked for yet
    const typed = new Map([...list().querySelectorAll("input[name^=find-]")]
      .filter((one) => one.value !== one.defaultValue).map((one) => [one.name, one.value]));
    list().classList.add("c-listing--busy");
    let html;
    try {
      const answer = await fetch(href, { signal: running.signal, credentials: "same-origin" });
      if (!answer.ok) throw new Error(answer.status);
      html = await answer.text();
      if (push) history.pushState({ listing: true }, "", href);
      shown = location.href.split("#")[0];
    } catch (error) {
      if (error.name !== "AbortError") location.href = href;
      return;
    }
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const part = fresh.querySelector(PART);
    if (!part) { location.href = href; return; }
    for (const one of part.querySelectorAll(".c-facet")) {
      if (open.has(one.dataset.facet)) one.open = open.get(one.dataset.facet);
    }
    part.querySelector(".c-filters__all").open = allOpen;
    list().replaceWith(document.adoptNode(part));
    prepare(false);
    for (const [name, value] of typed) {
      const box = list().querySelector(`input[name="${name}"]`);
      if (box && value && !box.value) box.value = value;
    }
    const foot = document.querySelector(".c-list-foot"), newFoot = fresh.querySelector(".c-list-foot");
    if (foot && newFoot) foot.replaceWith(document.adoptNode(newFoot));
    document.title = fresh.title;
    const target = where && list().querySelector(where);
    if (target) {
      target.focus({ preventScroll: !focus });
      if (typeof caret === "number" && target.setSelectionRange && /^(search|text)$/.test(target.type))
        target.setSelectionRange(caret, caret);
    } else if (where) {
      list().querySelector("#list").focus({ preventScroll: true });
    }
    // what was corrected, how many there are, which of them these are, what might have been meant
    const said = [...list().querySelectorAll(".c-listing__results > .c-notice, #list, .c-list-head .c-count, [data-suggestion]")]
      .map((one) => (one.closest("p") || one).textContent.trim()).join(" · ");
    status.textContent = "";
    window.setTimeout(() => { status.textContent = said; }, 60);
  };

  document.addEventListener("submit", (event) => {
    if (event.target.id !== "list-form") return;
    event.preventDefault();
    show(addressOf(event.target), { focus: event.submitter && event.submitter.closest(".c-filters__go") ? "#list" : null });
  });

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form || form.id !== "list-form" || event.target.name === "q") return;
    if (event.target.matches("input[type=checkbox], select, .c-years input, input[name^=find-]")) show(addressOf(form));
  });

  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest && event.target.closest(
      ".c-chosen a, .c-listing .c-pagination a, .c-facet__more a, .c-filters__go a, .c-listing__results a[data-suggestion]");
    if (!link || !list().contains(link)) return;
    event.preventDefault();
    show(link.href, { focus: link.closest(".c-facet__more") ? null : "#list" });
  });

  window.addEventListener("popstate", () => {
    // a jump within the page is one, too
    if (location.href.split("#")[0] !== shown) show(location.href, { push: false });
  });
  prepare(true);
})();
