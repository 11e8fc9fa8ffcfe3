// The link beside a heading, table, picture, number or alert copies its address, and offers a citation and the
// table as text. Without this, or where the browser copies nothing, it leads there, and the address stands in
// the address bar.
(() => {
  "use strict";
  const told = Object.assign(document.createElement("span"), { className: "sa-copied" });
  told.setAttribute("role", "status");
  const box = Object.assign(document.createElement("div"), { id: "sa-cite", popover: "auto" });
  box.setAttribute("role", "dialog");
  box.setAttribute("aria-label", "引用这一处");
  let from = null;

  // Nothing outside an open box takes the focus.
  const copied = (text) =>
    window.stateAssetsTaking.copied(text, { within: box.isConnected ? box : document.body });

  /** What stands there, in words: the marks and buttons beside it say nothing of it. */
  function words(node) {
    const copy = node.cloneNode(true);
    copy.querySelectorAll("button, .headerlink, .sa-copied, .sa-origin, .sa-from").forEach((one) => one.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }

  const own = (link) => link.closest("figcaption, h1, h2, h3, h4, li, td, p") ?? link.parentElement;

  function citation(link) {
    const [page, ...book] = document.title.split(" — ");
    const place = own(link);
    const what = words(place.querySelector("strong") ?? place);
    const origin = place.querySelector(".sa-origin")?.textContent.trim(); // what is a sample is never quoted as real
    const said = what === page ? "" : `，“${what}”${origin ? `（${origin}）` : ""}`;
    return `《${book.join(" — ") || page}》的可复算电子书，${page}${said}。${link.href}`;
  }

  /** A table as lines of cells parted by tabs, as spreadsheets paste them; the caption first. */
  function rows(link) {
    const figure = link.closest("figure");
    const table = figure?.querySelector("table");
    if (!table) return "";
    const lines = [...table.rows].map((row) => [...row.cells].map(words).join("\t"));
    return [words(figure.querySelector("figcaption")), ...lines].join("\n");
  }

  function offer(link) {
    if (!("popover" in HTMLElement.prototype)) return;
    const text = citation(link);
    const choices = [["复制引用", text], ["复制网址", link.href], ["复制表格", rows(link)]].filter(([, what]) => what);
    const shown = Object.assign(document.createElement("p"), { textContent: text });
    const buttons = choices.map(([name, what]) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
      button.addEventListener("click", async () => {
        said.textContent = (await copied(what)) ? `已${name}` : "没有复制成，请选中上面的文字";
        button.focus();
      });
      return button;
    });
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    box.replaceChildren(shown, ...buttons, said);
    (link.closest("[popover]") ?? document.body).append(box); // within a box that is open, else that would close
    box.showPopover();
    const [at, gap] = [link.getBoundingClientRect(), 6];
    box.style.left = `${Math.max(gap, Math.min(at.left, innerWidth - box.offsetWidth - gap))}px`;
    const under = at.bottom + box.offsetHeight + 2 * gap < innerHeight;
    box.style.top = `${under ? at.bottom + gap : Math.max(gap, at.top - box.offsetHeight - gap)}px`;
    from = link;
  }

  box.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && box.contains(document.activeElement)) from?.focus({ preventScroll: true });
  });
  addEventListener("keydown", (event) => { // the theme takes this key away from the browser
    if (event.key === "Escape" && box.isConnected) box.hidePopover();
  }, { capture: true });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.headerlink");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const done = await copied(link.href);
    link.after(told);
    link.focus({ preventScroll: true });
    told.textContent = done ? "已复制链接" : "链接在地址栏里";
    setTimeout(() => { told.textContent = ""; }, 2500);
    setTimeout(() => offer(link)); // when the browser has gone to the place
  });
})();
