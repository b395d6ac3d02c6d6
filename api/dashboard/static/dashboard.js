"use strict";
// What pages can do better with scripts; all of it works without, only slower.
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Menus close when the focus or the pointer goes elsewhere.
  const closeMenus = (kept) => all(".menu[open]").forEach((menu) => menu !== kept && menu.removeAttribute("open"));
  document.addEventListener("click", (event) => closeMenus(event.target.closest(".menu")));

  // Findings and their evidence.
  const findings = () => all("details.finding");
  const current = () => one("details.finding.current");

  // Text and findings scroll for themselves where they stand side by side; the page stays where it is.
  const sideBySide = matchMedia("(min-width: 64.01rem)");
  const reveal = (shown, centred = false) => {
    const pane = shown.closest(".text, .findings-list");
    if (!pane || !sideBySide.matches) {
      shown.scrollIntoView({ block: centred ? "center" : "nearest" });
      return;
    }
    const place = shown.getBoundingClientRect().top - pane.getBoundingClientRect().top + pane.scrollTop;
    const head = centred ? pane.clientHeight / 3 : 40;
    const seen = place - head >= pane.scrollTop && place + Math.min(shown.offsetHeight, 320) <= pane.scrollTop + pane.clientHeight;
    if (centred || !seen) pane.scrollTop = place - head;
  };

  const choose = (finding, { focus = false, evidence = true } = {}) => {
    if (!finding) return;
    findings().forEach((other) => {
      other.classList.toggle("current", other === finding);
      if (other !== finding) other.open = false;
    });
    finding.open = true;
    const id = finding.id.slice(2);
    all(".text mark").forEach((mark) => mark.classList.toggle("on", mark.dataset.f.split(" ").includes(id)));
    if (focus) one("summary", finding).focus({ preventScroll: true });
    reveal(finding);
    const first = evidence && sideBySide.matches && one(".text mark.on");
    if (first) reveal(first, true);
  };

  const byId = (id) => document.getElementById("f-" + id);

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".text mark a");
    if (mark) {
      event.preventDefault();
      const ids = mark.closest("mark").dataset.f.split(" ");
      const present = current() ? ids.indexOf(current().id.slice(2)) : -1;
      choose(byId(ids[(present + 1) % ids.length]), { focus: true, evidence: false });
      return;
    }
    const evidence = event.target.closest("a.to-evidence");
    if (evidence) {
      const target = document.getElementById(evidence.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      choose(evidence.closest("details.finding"), { evidence: false });
      const shown = target.closest("mark") || target.nextElementSibling || target;
      reveal(shown, true);
      (one("a", shown) || shown).focus({ preventScroll: true });
    }
  });
  document.addEventListener("toggle", (event) => {
    const finding = event.target;
    if (finding.matches?.("details.finding") && finding.open && finding !== current()) choose(finding);
  }, true);

  const step = (by) => {
    const known = findings();
    const place = known.indexOf(current());
    choose(known[Math.min(known.length - 1, Math.max(0, place < 0 ? 0 : place + by))], { focus: true });
  };
  const press = (selector) => one(selector, current() || document)?.click();
  const openPart = (name) => {
    const part = current() && one(`details[data-part="${name}"]`, current());
    if (!part) return;
    part.open = true;
    one("select, textarea, input:not([type=hidden])", part)?.focus();
  };

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    c: () => press("button[value=confirmed]"),
    o: () => openPart("override"),
    m: () => openPart("comment"),
    "/": () => one("#search")?.focus(),
    "?": () => one("#shortcuts")?.showModal(),
  };
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

  // A change of the findings keeps what is open, and where the reader is.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "findings" || one("#findings.htmx-added")) begin(true);
  });
  const begin = (swapped = false) => {
    const chosen = one("details.finding.current");
    const wanted = location.hash.startsWith("#f-") && document.getElementById(location.hash.slice(1));
    if (swapped) choose(chosen, { focus: true, evidence: false });
    else if (wanted) choose(wanted);
    else if (chosen) choose(chosen);
  };

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
  begin();
})();
