// Numbers and terms explain themselves in place: what their link leads to is shown in a small box.
// Without this, or in a browser without popovers, the link leads there. Notebooks carry it, too (present/sheet.py).
(() => {
  "use strict";
  const LINKS = "a:is(.sa-figure, .sa-counted, .sa-from, .sa-term)";
  const MARK = ".sa-datum"; // what of a chart shows a value: it is clicked, to be pointed at it has its own tip
  const [SOON, LATER] = [350, 300]; // ms of resting on a link, of having left it
  if (!("popover" in HTMLElement.prototype) || document.getElementById("sa-explain")) return;
  const box = document.createElement("div");
  Object.assign(box, { id: "sa-explain", popover: "auto", tabIndex: -1 });
  box.setAttribute("role", "dialog");
  document.body.append(box);
  let [link, timer] = [null, 0];

  /** How the result that a link stands in was computed. */
  function computed(from) {
    const code = from.closest("div.cell")?.querySelector(".cell_input pre");
    if (!code) return [];
    const title = document.createElement("p");
    title.textContent = "计算过程：";
    const shown = document.createElement("pre");
    shown.textContent = code.textContent.trim();
    return [title, shown];
  }

  /** What a term means, with the way to its entry. */
  function meaning(from) {
    const [told, name, more] = ["div", "strong", "a"].map((tag) => document.createElement(tag));
    name.textContent = from.dataset.name;
    Object.assign(more, { href: from.href, textContent: "名词解释" });
    told.append(name, `：${from.dataset.explain}　`, more);
    return [told];
  }

  /** What a part of a chart says, where its value is no figure's. */
  function value(from) {
    const words = from.getAttribute("aria-label") ?? from.querySelector("title").textContent;
    return [Object.assign(document.createElement("strong"), { textContent: words })];
  }

  function content(from) {
    if (from.dataset.explain) return meaning(from);
    const page = from.closest(".jp-Notebook") ?? document; // JupyterLab holds several notebooks
    const place = from.matches(MARK) ? from.dataset.place : decodeURIComponent(from.hash.slice(1));
    const entry = place && page.querySelector(`[id="${CSS.escape(place)}"]`);
    if (!entry) return from.matches(MARK) ? value(from) : [];
    const shown = document.createElement("div");
    shown.append(...[...entry.childNodes].map((node) => node.cloneNode(true)));
    return from.matches(`.sa-figure, ${MARK}`) ? [shown] : [shown, ...computed(from)];
  }

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
    const parts = content(from);
    if (!parts.length) return false;
    if (link !== from) box.hidePopover();
    box.replaceChildren(...parts);
    box.setAttribute("aria-label", from.matches(".sa-term") ? "解释" : "来历");
    const layer = from.closest("dialog") ?? document.body; // what stands outside an open dialog cannot be used
    if (box.parentNode !== layer) layer.append(box);
    box.showPopover();
    place(from);
    link = from;
    from.setAttribute("aria-expanded", "true");
    return true;
  }

  const wait = (action, ms) => {
    clearTimeout(timer);
    timer = setTimeout(action, ms);
  };
  box.addEventListener("beforetoggle", (event) => {
    if (event.newState === "open" || !link) return;
    const left = link;
    link = null;
    left.setAttribute("aria-expanded", "false");
    if (box.contains(document.activeElement)) setTimeout(() => left.focus({ preventScroll: true }));
  });
  addEventListener("keydown", (event) => { // the theme takes this key away from the browser
    if (event.key === "Escape") box.hidePopover();
  }, { capture: true });
  /** Let the page of a table's rows know where to lead back to: this page, and what the number stands in. */
  function leadBack(event) {
    const rows = event.target.closest?.('a[href*="/data/"][href*="?rows="]:not([href*="&from="])');
    const up = document.documentElement.dataset.content_root; // a page of the book, not a notebook
    if (!rows || !up) return;
    const page = location.href.split(/[?#]/)[0].slice(new URL(up, location.href).href.length);
    const place = (box.contains(rows) && link ? link : rows).closest("[id]")?.id ?? "";
    const [address, row] = rows.getAttribute("href").split("#");
    rows.href = `${address}&from=${encodeURIComponent(`${decodeURIComponent(page)}#${place}`)}#${row}`;
    try { sessionStorage.setItem("sa-left", location.href); } catch { /* some folders keep nothing */ }
  }
  for (const how of ["click", "auxclick"]) document.addEventListener(how, leadBack, { capture: true });
  document.addEventListener("click", (event) => {
    const from = event.target.closest?.(`${LINKS}, ${MARK}`);
    if (!from || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (from.matches(MARK) && !getSelection().isCollapsed) return; // its text is being selected
    clearTimeout(timer);
    if (open(from)) {
      event.preventDefault();
      box.focus(); // so that Tab reaches its links and Esc closes it
    }
  });
  if (matchMedia("(hover: hover)").matches) {
    document.addEventListener("pointerover", (event) => {
      const from = event.target.closest?.(LINKS);
      if (from && from !== link) wait(() => open(from), SOON);
      else if (from || box.contains(event.target)) clearTimeout(timer);
      else if (link && !box.contains(document.activeElement)) wait(() => box.hidePopover(), LATER);
      else clearTimeout(timer);
    });
  }
  addEventListener("scroll", (event) => {
    if (!link || box.contains(event.target)) return;
    const at = link.getBoundingClientRect();
    if (at.bottom < 0 || at.top > innerHeight) box.hidePopover();
    else place(link);
  }, { capture: true, passive: true });
})();
