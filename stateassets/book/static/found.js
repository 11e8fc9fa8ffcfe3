// What a search found is marked on its page, as ?mark=… in the address says, for which search.js loads
// this: folded parts open, the first place in the section that was listed is in sight, and one can go
// from place to place or clear the marks. The page's own elements stay as they are; a browser without
// highlights only scrolls.
(() => {
  "use strict";
  const { normalise, places } = window.stateAssetsFinding;
  const words = new URLSearchParams(location.search).getAll("mark").map((word) => normalise(word).text).filter(Boolean);
  const BLOCKS = "p, li, td, th, dt, dd, h1, h2, h3, h4, h5, h6, figcaption, caption, summary, pre, blockquote, div, "
    + "section, figure, table";
  const UNREAD = "script, style, svg, nav, button, select, noscript, .cell_input, .headerlink, .sa-from, .sa-origin, "
    + ".sa-origins, .sa-filter"; // as in the index

  /** The text that is read in an element, a block a line, and the node and offset of a character of it. */
  function read(article) {
    const walker = document.createTreeWalker(article, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      return node.matches(UNREAD) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    const nodes = [];
    let [text, block] = ["", null];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const own = node.parentElement.closest(BLOCKS);
      if (own !== block) text += "\n";
      block = own;
      nodes.push([text.length, node]);
      text += node.data.replace(/[\n\r\t]/g, " ");
    }
    const at = (place) => {
      let [low, high] = [0, nodes.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (nodes[middle][0] <= place) low = middle;
        else high = middle;
      }
      return [nodes[low][1], place - nodes[low][0]];
    };
    return { text, at };
  }

  /**
   * Where the words stand, in the page's order; of two that overlap, the longer one. ``most`` is how
   * many of the words the block of each has.
   */
  function found(article) {
    const { text, at } = read(article);
    const plain = normalise(text);
    const ranges = [];
    const blocks = new Map();
    let end = -1;
    for (const [first, last, word] of places(plain.text, words).sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
      if (first < end) continue;
      end = last;
      const range = document.createRange();
      range.setStart(...at(plain.from[first]));
      const [node, offset] = at(plain.from[last - 1]);
      range.setEnd(node, offset + 1);
      const block = node.parentElement.closest("tr, p, li, figcaption") ?? node.parentElement;
      blocks.set(block, (blocks.get(block) ?? new Set()).add(word));
      ranges.push({ range, block });
    }
    return { ranges: ranges.map((one) => one.range), most: ranges.map((one) => blocks.get(one.block).size) };
  }

  const element = (name, set = {}) => Object.assign(document.createElement(name), set);
  const unfold = (node) => {
    // As the browser's own search does: what hides a block then shows it (blocks.js).
    node.parentElement.dispatchEvent(new Event("beforematch", { bubbles: true }));
    for (let folded = node.parentElement.closest("details:not([open])"); folded;
      folded = folded.parentElement.closest("details:not([open])")) folded.open = true;
  };

  function show() {
    const article = document.querySelector("article.bd-article");
    const { ranges, most } = article ? found(article) : { ranges: [] };
    if (!ranges.length) return;
    const section = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const inside = (range) => section?.contains(range.startContainer);
    // First that block of the section which has most of the words, a row or a paragraph, rather one that is shown.
    const fits = ranges.map((range, i) => (inside(range) ? 2 * most[i] + (range.getClientRects().length ? 1 : 0) : 0));
    let at = fits.indexOf(Math.max(...fits));
    const said = [...new Set(ranges.map(String))].slice(0, words.length);
    const marks = window.CSS?.highlights && window.Highlight ? CSS.highlights : new Map();
    const lit = (name, which) => marks.set(name, window.Highlight ? new Highlight(...which) : which);
    const bar = element("div", { className: "sa-found" });
    bar.setAttribute("role", "region");
    bar.setAttribute("aria-label", "搜索找到的地方");
    const told = element("span");
    told.setAttribute("role", "status");
    const go = (to) => {
      at = (to + ranges.length) % ranges.length;
      unfold(ranges[at].startContainer);
      lit("sa-found-here", [ranges[at]]);
      ranges[at].startContainer.parentElement.scrollIntoView({ block: "center", inline: "nearest" });
      told.textContent = `“${said.join("”“")}”标出${ranges.length}处，这是第${at + 1}处`;
    };
    const clear = () => {
      ["sa-found", "sa-found-here"].forEach((name) => marks.delete(name));
      bar.remove();
      const address = new URL(location.href);
      address.searchParams.delete("mark");
      history.replaceState(history.state, "", address);
    };
    const button = (text, action) => {
      const made = element("button", { type: "button", textContent: text });
      made.addEventListener("click", action);
      return made;
    };
    bar.append(told, ...(ranges.length > 1 ? [button("上一处", () => go(at - 1)), button("下一处", () => go(at + 1))] : []),
      button("清除标记", clear));
    document.body.append(bar);
    lit("sa-found", ranges);
    go(at);
  }
  // After the browser has gone to the section, and other scripts have folded what they fold.
  if (document.readyState === "complete") requestAnimationFrame(show);
  else addEventListener("load", () => requestAnimationFrame(show));
})();
