"use strict";
// The review of a contract: findings and their evidence, in the text or on the pages.
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const findings = () => all("details.finding");
  const current = () => one("details.finding.current");
  const byId = (id) => document.getElementById("f-" + id);
  const bears = (passage) => passage.dataset.f.split(" ");

  // Contract and findings scroll for themselves where they stand side by side; the page stays where it is.
  const sideBySide = matchMedia("(min-width: 64.01rem)");
  const reveal = (shown, centred = false) => {
    const pane = shown.closest(".text, .findings-list");
    if (!pane || !sideBySide.matches) {
      shown.scrollIntoView({ block: centred ? "center" : "nearest" });
      return;
    }
    const box = shown.getBoundingClientRect();
    const place = box.top - pane.getBoundingClientRect().top + pane.scrollTop;
    const head = centred ? pane.clientHeight / 3 : 40;
    const seen = place - head >= pane.scrollTop && place + Math.min(box.height, 320) <= pane.scrollTop + pane.clientHeight;
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
    const passages = all(".text [data-f]");
    passages.forEach((passage) => passage.classList.toggle("on", bears(passage).includes(id)));
    all("a[data-view]").forEach((link) => {
      const address = new URL(link.href);
      address.searchParams.set("finding", id);
      link.href = address.pathname + address.search;
    });
    if (focus) one("summary", finding).focus({ preventScroll: true });
    reveal(finding);
    const first = evidence && sideBySide.matches && passages.find((passage) => passage.classList.contains("on"));
    if (first) reveal(first, true);
  };

  // Of several findings in one place each choice leads to the next.
  const chooseAmong = (passages) => {
    const ids = [...new Set(passages.flatMap(bears))];
    const present = current() ? ids.indexOf(current().id.slice(2)) : -1;
    choose(byId(ids[(present + 1) % ids.length]), { focus: true, evidence: false });
  };

  // On a page the words lie over the evidence, so that they can be selected.
  const under = (event) =>
    event.target.closest?.(".paper")
      ? [...new Set(document.elementsFromPoint(event.clientX, event.clientY).map((there) => there.closest(".spot")))].filter(Boolean)
      : [];

  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".text mark a, .text .spot");
    const byPointer = event.detail > 0;
    const spots = byPointer ? under(event) : [];
    if ((mark || spots.length) && (!byPointer || getSelection().isCollapsed)) {
      event.preventDefault();
      chooseAmong(spots.length ? spots : [mark.closest("[data-f]")]);
      return;
    }
    if (mark) event.preventDefault();
    const evidence = event.target.closest("a.to-evidence");
    const target = evidence && document.getElementById(evidence.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    choose(evidence.closest("details.finding"), { evidence: false });
    const shown = target.closest("[data-f]") || target.nextElementSibling || target;
    reveal(target.matches("rect") ? target : shown, true);
    (one("a", shown) || shown).focus({ preventScroll: true });
  });
  document.addEventListener("pointermove", (event) => {
    const spots = event.buttons ? [] : under(event);
    all(".spot.over").forEach((spot) => spot.classList.toggle("over", spots.includes(spot)));
    spots.forEach((spot) => spot.classList.add("over"));
    event.target.closest?.(".paper")?.classList.toggle("over-spot", spots.length > 0);
  }, { passive: true });
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
  Object.assign(window.dashboardKeys, {
    j: () => step(1),
    k: () => step(-1),
    c: () => press("button[value=confirmed]"),
    o: () => openPart("override"),
    m: () => openPart("comment"),
  });

  // A picture or the words of a page that could not be had are asked for again, a few times, ever later.
  const again = (element, act) => {
    const tried = Number(element.dataset.tried || 0) + 1;
    element.dataset.tried = tried;
    if (tried <= 5) setTimeout(() => act(tried), 1000 * tried);
  };
  const drawAgain = (picture) => again(picture, (tried) => {
    picture.srcset = picture.srcset.replace(/\?width=(\d+)(&again=\d)?/g, `?width=$1&again=${tried}`);
  });
  document.addEventListener("error", (event) => event.target.matches?.(".paper img") && drawAgain(event.target), true);
  all(".paper img").filter((picture) => picture.complete && !picture.naturalWidth).forEach(drawAgain);
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (!target.matches(".layer") || xhr.status === 200) return;
    event.detail.shouldSwap = false;
    if (xhr.status === 503 || xhr.status === 429) again(target, () => window.htmx.trigger(target, "again"));
  });

  // What is half-written in other forms than the one that was sent stays in them.
  const typed = (field) => field.matches("select")
    ? field.value !== ([...field.options].find((option) => option.defaultSelected) || field.options[0])?.value
    : field.value.trim() !== "";
  let kept = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    if (target.id !== "findings") return;
    kept = all(".part form", target)
      .filter((form) => form !== requestConfig.elt)
      .map((form) => all("textarea, select, input:not([type=hidden])", form))
      .filter((fields) => fields.some(typed))
      .flatMap((fields) => fields.map(({ id, value }) => ({ id, value })));
  });
  const restore = () => kept.splice(0).forEach(({ id, value }) => {
    const field = document.getElementById(id);
    if (!field || (field.options && ![...field.options].some((option) => option.value === value))) return;
    field.value = value;
    field.closest(".part").open = true;
  });

  // A change of the findings keeps what is open, and where the reader is.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "findings" && !one("#findings.htmx-added")) return;
    restore();
    begin(true);
  });
  const begin = (swapped = false) => {
    const chosen = one("details.finding.current");
    const wanted = location.hash.startsWith("#f-") && document.getElementById(location.hash.slice(1));
    if (swapped) choose(chosen, { focus: true, evidence: false });
    else if (wanted) choose(wanted);
    else if (chosen) choose(chosen, { evidence: chosen.open });
  };
  begin();
})();
