// Of repeated blocks (present/blocks.py) one is shown, which a list chooses; appendices are folded. What a
// link, the browser's search or the book's own leads to is opened. Without this all of it is there.
(() => {
  "use strict";
  const LISTED = 30; // blocks up to which the page's contents name each
  const element = (name, set = {}) => Object.assign(document.createElement(name), set);
  const shows = new Map(); // a block -> what shows it
  const place = (block) => block.querySelector("figure[id]")?.id;

  function choice(box) {
    const blocks = [...box.children].filter((child) => child.matches(".sa-block"));
    if (blocks.length < 2) return;
    const bar = element("p", { className: "sa-filter sa-pick" });
    const label = element("label", { textContent: `${box.dataset.what} ` });
    const select = element("select", { autocomplete: "off" });
    select.append(...blocks.map((block, at) => new Option(block.dataset.name, at)),
      new Option(`全部（${blocks.length}）`, ""));
    label.append(select);
    const [before, after] = ["上一个", "下一个"].map((words) => element("button", { type: "button", textContent: words }));
    bar.append(label, before, after);
    box.prepend(bar);

    function show(chosen) {
      for (const block of blocks) {
        if (chosen && block !== chosen) block.setAttribute("hidden", "until-found");
        else block.removeAttribute("hidden");
      }
      const at = blocks.indexOf(chosen);
      select.value = chosen ? String(at) : "";
      before.disabled = at < 1;
      after.disabled = at < 0 || at === blocks.length - 1;
    }

    function choose(chosen) {
      show(chosen);
      const there = chosen && place(chosen);
      try { // so that it survives Back, and can be sent
        history.replaceState(history.state, "", location.pathname + location.search + (there ? `#${there}` : ""));
      } catch { /* the browser allows no other address here */ }
    }

    select.addEventListener("change", () => choose(select.value ? blocks[select.value] : null));
    before.addEventListener("click", () => choose(blocks[Number(select.value) - 1]));
    after.addEventListener("click", () => choose(blocks[Number(select.value) + 1]));
    blocks.forEach((block) => shows.set(block, show));
    show(blocks[0]);
    if (blocks.length <= LISTED) list(box, blocks);
  }

  /** Name the blocks in the page's contents, below their section. */
  function list(box, blocks) {
    const section = box.closest("section[id]");
    const entry = section && [...document.querySelectorAll(".page-toc a")].find(
      (link) => link.getAttribute("href") === `#${section.id}`);
    if (!entry) return;
    const named = element("ul", { className: "visible nav section-nav flex-column" });
    for (const block of blocks.filter(place)) {
      const item = element("li", { className: "toc-h3 nav-item toc-entry" });
      item.append(element("a", { className: "nav-link", href: `#${place(block)}`, textContent: block.dataset.name }));
      named.append(item);
    }
    entry.after(named);
  }

  /** Open all that an element lies in; say whether any of it was not shown. */
  function open(target) {
    let hid = false;
    for (let at = target; at; at = at.parentElement) {
      if (at.matches(".sa-folded:not([open])")) hid = at.open = true;
      if (shows.has(at)) {
        hid ||= at.hidden !== false;
        shows.get(at)(at);
      }
    }
    return hid;
  }

  function aimed() {
    try {
      return document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch { // no address of this book
      return null;
    }
  }

  document.querySelectorAll(".sa-choice").forEach(choice);
  document.addEventListener("beforematch", (event) => open(event.target));
  addEventListener("hashchange", () => {
    const target = aimed();
    if (target && open(target)) target.scrollIntoView();
  });
  const [opened] = performance.getEntriesByType("navigation");
  const target = aimed();
  if (target) open(target);
  // What was above it has become shorter; who comes back is brought back by the browser.
  if (target && shows.size && opened?.type === "navigate") target.scrollIntoView();

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll(".sa-folded:not([open])")];
    folded.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((one) => { one.open = false; }));
})();
