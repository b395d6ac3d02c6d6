"use strict";
// What is ticked in the portfolio is counted and told; its table shows whether more of it lies beside.
(() => {
  const byId = (id) => document.getElementById(id);
  const ticks = () => [...document.querySelectorAll('.matrix .tick input[type="checkbox"]')];
  const ticked = () => ticks().filter((one) => one.checked);

  const tell = () => {
    const whole = byId("tick-all");
    if (!whole) return;
    const number = ticked().length;
    whole.checked = number > 0 && number === ticks().length;
    whole.indeterminate = number > 0 && !whole.checked;
    document.querySelectorAll("[data-ticked]").forEach((one) => (one.textContent = number));
    const said = byId("ticked-said");
    const words = number ? `${said.dataset.said} ${number}` : "";
    if (said.textContent !== words) said.textContent = words;
  };

  let last = null;
  document.addEventListener("click", (event) => {
    const one = event.target;
    if (!one.matches?.('.matrix .tick input[type="checkbox"]')) return;
    // With the shift key, all from the one before.
    const known = ticks();
    const [from, to] = [known.indexOf(last), known.indexOf(one)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) known.slice(from, to + 1).forEach((between) => (between.checked = one.checked));
    last = one;
    tell();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "tick-all") ticks().forEach((one) => (one.checked = event.target.checked));
    if (event.target.closest?.(".matrix .tick, .tick-all")) tell();
  });

  // The table is read anew while contracts are examined; not under the hands of who has ticked some.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "results" && ticked().length) event.preventDefault();
  });

  const edge = () =>
    document.querySelectorAll(".matrix-frame").forEach((frame) => {
      const pane = frame.querySelector(".matrix-scroll");
      frame.closest(".matrix-card").classList.toggle("fits", pane.scrollWidth <= pane.clientWidth);
      frame.classList.toggle("more", pane.scrollLeft + pane.clientWidth < pane.scrollWidth - 1);
    });
  document.addEventListener("scroll", (event) => event.target.matches?.(".matrix-scroll") && edge(), true);
  addEventListener("resize", edge);
  addEventListener("pageshow", () => {
    tell();
    edge();
  });
  document.addEventListener("htmx:afterSettle", () => {
    tell();
    edge();
  });
})();
