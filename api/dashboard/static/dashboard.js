"use strict";
// What pages can do better with scripts; all of it works without, only slower.
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Menus close when the focus or the pointer goes elsewhere.
  const closeMenus = (kept) => all(".menu[open]").forEach((menu) => menu !== kept && menu.removeAttribute("open"));
  document.addEventListener("click", (event) => closeMenus(event.target.closest(".menu")));

  // Keys; a page adds its own.
  const keys = (window.dashboardKeys = {
    "/": () => one("#search")?.focus(),
    "?": () => one("#shortcuts")?.showModal(),
  });
  document.addEventListener("keydown", (event) => {
    const within = event.target.closest("input, select, textarea, dialog[open]");
    if (event.key === "Escape") {
      closeMenus(null);
      if (within && !within.matches("dialog")) within.blur();
    }
    if (within || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.shortcuts !== "on") return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shortcuts-open]")) one("#shortcuts")?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
    const copied = event.target.closest("[data-copy]");
    if (copied) {
      const text = document.getElementById(copied.dataset.copy).innerText;
      navigator.clipboard?.writeText(text).then(() => {
        one("span", copied).textContent = copied.dataset.copied;
      });
    }
  });

  // Choices that were not made stay out of the address.
  document.addEventListener("htmx:configRequest", (event) => {
    const { verb, parameters } = event.detail;
    if (verb !== "get") return;
    Object.keys(parameters).forEach((name) => parameters[name] === "" && delete parameters[name]);
  });

  // A button that brings a file sends its form itself: htmx would put the file into the page.
  document.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-download]")) event.stopPropagation();
  }, true);

  // A form tells once what it was refused for; the token that comes with it is for all forms of the page.
  document.addEventListener("htmx:beforeSwap", (event) =>
    all(".told", event.detail.requestConfig.elt).forEach((told) => told.remove()));
  document.addEventListener("htmx:afterSwap", (event) => {
    one(".told", event.detail.requestConfig.elt)?.scrollIntoView({ block: "nearest" });
    const fresh = one(".told [name=csrf_token]") || one("#findings [name=csrf_token]");
    if (fresh) all("[name=csrf_token]").forEach((field) => { field.value = fresh.value; });
  });

  // Files that are chosen or dropped are named before they are sent.
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("input[type=file]")) {
      const list = one("#chosen-files");
      list.replaceChildren(...[...input.files].map((file) => {
        const item = document.createElement("li");
        item.textContent = file.name;
        return item;
      }));
    }
    if (input.matches("form.auto select, form.auto input[type=checkbox]")) input.form.requestSubmit();
  });
  const zone = (event) => event.target.closest?.(".drop");
  ["dragenter", "dragover"].forEach((kind) =>
    document.addEventListener(kind, (event) => zone(event)?.classList.add("over")));
  ["dragleave", "drop"].forEach((kind) =>
    document.addEventListener(kind, (event) => zone(event)?.classList.remove("over")));

  document.body.classList.add("scripts");
})();
