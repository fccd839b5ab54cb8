// Suggests pages while somebody types into a box that finds pages to refer to. Everything works without this file: the
// button beside the box asks the server, which shows what it found as tick boxes. What it says, in the reader's
// language, stands in the field's data-say-... attributes.
(() => {
  "use strict";
  if (!window.fetch) return;
  const PAUSE = 200;
  let lists = 0;

  const option = (list, found, number) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${number}`;
    item.setAttribute("role", "option");
    item.dataset.name = found.name;
    item.textContent = found.label;
    list.append(item);
  };

  const combine = (field) => {
    const box = field.querySelector(".c-pages__find input");
    const chosen = field.querySelector(".c-checkboxes");
    const list = document.createElement("ul");
    list.id = `c-pages-${lists++}`;
    list.className = "c-pages__list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.sayList);
    list.hidden = true;
    const status = document.createElement("p");
    status.className = "c-visually-hidden";
    status.setAttribute("role", "status");
    box.parentElement.append(list);
    field.append(status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    })) box.setAttribute(name, value);
    let waiting = null, running = null;

    const close = () => {
      list.hidden = true;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };

    const mark = (item) => {
      for (const other of list.children) other.setAttribute("aria-selected", other === item);
      if (!item) return box.removeAttribute("aria-activedescendant");
      box.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    };

    const look = async () => {
      const words = box.value.trim();
      if (running) running.abort();
      if (words.length < 2) return close();
      running = new AbortController();
      try {
        const address = `${field.dataset.pages}?${new URLSearchParams({ q: words })}`;
        const answer = await fetch(address, { signal: running.signal, credentials: "same-origin" });
        if (!answer.ok) return close();
        const { pages } = await answer.json();
        const there = new Set([...field.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.value));
        list.replaceChildren();
        pages.filter((one) => !there.has(one.name)).forEach((one, number) => option(list, one, number));
        const count = list.children.length;
        status.textContent = count ? field.dataset.sayFound.replace("{number}", count) : field.dataset.sayNothing;
        if (!count) return close();
        list.hidden = false;
        box.setAttribute("aria-expanded", "true");
        mark(null);
      } catch (error) {
        if (error.name !== "AbortError") close();
      }
    };

    const choose = (item) => {
      const same = [...field.querySelectorAll("input[type=checkbox]")].find((one) => one.value === item.dataset.name);
      if (same) {
        same.checked = true;
      } else {
        const row = document.createElement("div");
        row.className = "c-checkbox";
        const tick = document.createElement("input");
        const label = document.createElement("label");
        tick.type = "checkbox";
        tick.name = field.id;
        tick.value = item.dataset.name;
        tick.checked = true;
        tick.id = `${field.id}-${item.dataset.name.replaceAll("/", "-")}`;
        label.htmlFor = tick.id;
        label.textContent = item.textContent;
        row.append(tick, label);
        chosen.append(row);
      }
      status.textContent = field.dataset.sayChosen.replace("{page}", () => item.textContent);
      box.value = "";
      close();
      box.focus();
    };

    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, PAUSE);
    });
    box.addEventListener("keydown", (event) => {
      const items = [...list.children];
      const at = items.findIndex((one) => one.getAttribute("aria-selected") === "true");
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "Enter") {
        event.preventDefault(); // never saves the page by mistake
        if (!list.hidden && at >= 0) choose(items[at]);
        else look();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(items[(at + step + items.length + (at < 0 && step < 0)) % items.length]);
      }
    });
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) choose(item);
    });
    box.addEventListener("blur", close);
  };

  document.querySelectorAll("[data-pages]").forEach(combine);
})();
