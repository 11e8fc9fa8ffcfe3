// The marked report: what is said of a number is shown in a box beside it, and marks can be left out.
// Without this, each number's link leads to its note at the end.
(() => {
  "use strict";
  const [SOON, LATER] = [350, 300]; // ms of resting on a number, of having left it
  const FOLDED = "details:not([open])";
  const filter = document.getElementById("filter");

  /** Open whatever is folded around an element, so that a link to it leads there. */
  const unfold = (element) => {
    for (let at = element?.closest(FOLDED); at; at = at.parentElement?.closest(FOLDED)) at.open = true;
  };

  function choose() {
    const off = new Set([...filter.querySelectorAll("input:not(:checked)")].map((input) => input.value));
    for (const number of document.querySelectorAll("a.n")) {
      const out = off.has(number.dataset.mark);
      number.classList.toggle("off", out);
      if (out) number.tabIndex = -1;
      else number.removeAttribute("tabindex");
    }
    for (const item of document.querySelectorAll(".finding")) item.classList.toggle("hidden", off.has(item.dataset.mark));
  }
  filter.addEventListener("change", choose);
  choose();

  const follow = () => {
    const to = document.getElementById(location.hash.slice(1));
    if (to?.matches(".finding.hidden")) {
      filter.querySelector(`input[value="${to.dataset.mark}"]`).checked = true;
      choose();
    }
    unfold(to);
    to?.scrollIntoView({ block: "center" });
    to?.focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  // A link inside the page: not left to the browser, which in a frame of another page would look there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]:not(.n)');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.hash === location.hash) follow();
    else location.hash = link.hash;
  });
  if (location.hash) follow();

  if (!("popover" in HTMLElement.prototype)) return;
  const box = document.createElement("div");
  Object.assign(box, { id: "box", popover: "manual", tabIndex: -1 });
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "这个数的说明");
  document.querySelector("main").append(box);
  let [link, timer, quiet] = [null, 0, false];
  const wait = (action, ms) => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };

  function place(from) {
    const [gap, at] = [6, from.getClientRects()[0]];
    const width = Math.min(544, innerWidth - 2 * gap);
    box.style.width = `${width}px`;
    box.style.left = `${Math.max(gap, Math.min(at.left, innerWidth - width - gap))}px`;
    box.style.maxHeight = ""; // as high as it is, not as the last one had to be
    const below = innerHeight - at.bottom;
    const under = below > at.top || below > box.offsetHeight + 2 * gap;
    box.style.maxHeight = `${(under ? below : at.top) - 2 * gap}px`;
    box.style.top = under ? `${at.bottom + gap}px` : "auto";
    box.style.bottom = under ? "auto" : `${innerHeight - at.top + gap}px`;
  }

  function open(from) {
    clearTimeout(timer);
    if (link === from || from.classList.contains("off")) return;
    close();
    const head = document.getElementById(from.hash.slice(1));
    const parts = [head, head.nextElementSibling].flatMap((note) => [...note.childNodes].map((node) => node.cloneNode(true)));
    box.replaceChildren(...parts);
    box.showPopover();
    place(from);
    link = from;
    link.setAttribute("aria-expanded", "true");
  }

  function close() {
    clearTimeout(timer);
    if (!link) return;
    const [left, inside] = [link, box.contains(document.activeElement)];
    link = null;
    left.setAttribute("aria-expanded", "false");
    box.hidePopover();
    if (!inside) return;
    quiet = true; // going back to the number is not asking for it again
    left.focus({ preventScroll: true });
    quiet = false;
  }

  document.addEventListener("click", (event) => {
    const from = event.target.closest?.("a.n");
    if (from && !from.classList.contains("off") && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      open(from);
      box.focus(); // so that Tab reaches its links and Esc closes it
    } else if (from) {
      if (from.classList.contains("off")) event.preventDefault();
    } else if (!box.contains(event.target) || event.target.closest("a")) close();
  });
  document.addEventListener("focusin", (event) => {
    const from = event.target.closest?.("a.n:focus-visible");
    if (from && !quiet) open(from);
    else if (!box.contains(event.target) && event.target !== link) close();
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  if (matchMedia("(hover: hover)").matches) {
    document.addEventListener("pointerover", (event) => {
      const from = event.target.closest?.("a.n");
      if (from && from !== link) wait(() => open(from), SOON);
      else if (from || box.contains(event.target)) clearTimeout(timer);
      else if (link && document.activeElement !== link && !box.contains(document.activeElement)) wait(close, LATER);
      else clearTimeout(timer);
    });
  }
  addEventListener("scroll", (event) => {
    if (!link || box.contains(event.target)) return;
    const at = link.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) close();
    else place(link);
  }, { capture: true, passive: true });
})();
