// The book's search: looks for what was typed in the text of the sections itself.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  const LIMIT = 30; // pages listed
  const AROUND = 36; // characters of text on either side of a match
  const UNITS = "亿元|万元|元|亿|万|%|‰|个百分点|百分点|户|家|人|倍|项|个|年";

  const isDigit = (c) => c !== undefined && c >= "0" && c <= "9";
  const isLatin = (c) => c !== undefined && /[a-z0-9]/.test(c);

  /** Text as it is compared, and for each of its characters the place it came from. */
  function normalise(text) {
    const raw = [];
    for (let i = 0; i < text.length; i += 1) {
      const narrow = /[\u00a0\u2009\u202f]/.test(text[i]); // some write 1 234 with these
      const plain = text[i].normalize("NFKC").toLowerCase().replace("\u2212", "-");
      for (const c of narrow ? "," : plain) raw.push([c, i, text[i] === "," || narrow]);
    }
    const out = [];
    const from = [];
    for (let k = 0; k < raw.length; k += 1) {
      let [c, i, separates] = raw[k];
      const next = (n) => (raw[k + n] || [])[0];
      const before = out[out.length - 1];
      if (separates) {
        const three = isDigit(next(1)) && isDigit(next(2)) && isDigit(next(3)) && !isDigit(next(4));
        if (isDigit(before) && three) continue;
        if (text[i] !== ",") c = " ";
      }
      if (c !== "\n" && /\s/.test(c)) {
        // A space counts only where it parts two words or numbers: "2022 2023".
        let n = 1;
        while (next(n) !== undefined && next(n) !== "\n" && /\s/.test(next(n))) n += 1;
        if (!(isLatin(before) && isLatin(next(n)))) continue;
        c = " ";
      }
      out.push(c);
      from.push(i);
    }
    return { text: out.join(""), from };
  }

  /** Is this the whole number, and not a part of a longer one? */
  function whole(text, start, end) {
    if (isDigit(text[start])) {
      if (isDigit(text[start - 1])) return false;
      if (text[start - 1] === "." && isDigit(text[start - 2])) return false;
    }
    if (isDigit(text[end - 1])) {
      if (isDigit(text[end])) return false;
      if (text[end] === "." && isDigit(text[end + 1])) return false;
    }
    return true;
  }

  /** All places, as [start, end, spelling], where any spelling of the word stands. */
  function places(text, spellings) {
    const found = [];
    for (const word of spellings) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        if (whole(text, at, at + word.length)) found.push([at, at + word.length, word]);
      }
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  /** The words of a query; each is the list of its spellings: as typed, and by alias. */
  function parse(query, aliases) {
    const joined = query
      .normalize("NFKC")
      .replace(new RegExp(`(\\d)\\s+(?=(?:${UNITS})(?:\\s|$))`, "g"), "$1");
    return joined.split(/\s+/).map((w) => normalise(w).text).filter(Boolean).map((word) => {
      const spellings = [word];
      for (const [alias, term] of aliases) {
        if (word.includes(alias)) spellings.push(word.split(alias).join(term));
      }
      return spellings;
    });
  }

  let book = null; // the index, normalised once
  function prepare(index) {
    const field = (text) => ({ raw: text, ...normalise(text) });
    const aliases = Object.entries(index.aliases)
      .map(([alias, term]) => [normalise(alias).text, normalise(term).text])
      .filter(([alias, term]) => alias && !term.includes(alias)); // else found anyway
    const pages = index.pages.map((page) => ({
      title: field(page.t),
      address: page.u,
      sections: page.s.map((s) => ({ anchor: s.a, heading: field(s.h), body: field(s.x) })),
    }));
    return { aliases, pages };
  }

  /** Pages in which some section, its heading and the page's title have all the words. */
  function find(query) {
    const words = parse(query, book.aliases);
    if (!words.length) return { words, pages: [] };
    const pages = [];
    for (const page of book.pages) {
      const inTitle = words.map((w) => places(page.title.text, w).length > 0);
      const hits = [];
      for (const section of page.sections) {
        const heading = words.map((w) => places(section.heading.text, w));
        const body = words.map((w) => places(section.body.text, w));
        const own = heading.flat().length + body.flat().length;
        const all = words.every((_, i) => inTitle[i] || heading[i].length || body[i].length);
        if (own && all) {
          const marks = { heading: heading.flat(), body: body.flat() };
          hits.push({ section, marks, headed: heading.filter((h) => h.length).length, own });
        }
      }
      if (hits.length) {
        pages.push({
          page,
          hits,
          titled: inTitle.filter(Boolean).length,
          headed: Math.max(...hits.map((h) => h.headed)),
          count: hits.reduce((sum, h) => sum + h.own, 0),
        });
      }
    }
    pages.sort((a, b) => b.titled - a.titled || b.headed - a.headed || b.count - a.count);
    return { words, pages };
  }

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text; // never innerHTML: text is text
    return made;
  };

  /** The raw text from start to end, with the matches inside <mark>. */
  function marked(field, marks, start, end) {
    const piece = document.createDocumentFragment();
    let at = start;
    for (const [a, b] of marks) {
      const first = field.from[a];
      const last = field.from[b - 1] + 1;
      if (first < at || last > end) continue;
      piece.append(field.raw.slice(at, first), element("mark", "", field.raw.slice(first, last)));
      at = last;
    }
    piece.append(field.raw.slice(at, end));
    return piece;
  }

  function snippet(field, marks) {
    const line = element("p", "sa-hit-text");
    const first = marks.length ? field.from[marks[0][0]] : 0;
    const start = Math.max(0, first - AROUND);
    const end = Math.min(field.raw.length, first + 2 * AROUND);
    if (start > 0) line.append("…");
    line.append(marked(field, marks, start, end));
    if (end < field.raw.length) line.append("…");
    return line;
  }

  function render(box, query) {
    box.replaceChildren();
    if (!query.trim()) return;
    const { words, pages } = find(query);
    const found = pages.flatMap(({ hits }) => hits.flatMap(({ marks }) => [...marks.heading, ...marks.body]));
    const seen = new Set(found.map(([, , spelling]) => spelling));
    const other = words.flatMap((spellings) => spellings.slice(1)).filter((w) => seen.has(w));
    const also = other.length ? `，包括同义的“${other.join("”“")}”` : "";
    const sections = pages.reduce((sum, p) => sum + p.hits.length, 0);
    const outcome = pages.length
      ? `共有${pages.length}页、${sections}节提到“${query.trim()}”${also}。`
      : `没有找到“${query.trim()}”。可以换一个说法，或者减少词数再试。`;
    const status = element("p", "sa-search-status", outcome);
    status.setAttribute("role", "status");
    box.append(status);
    const list = element("ol", "sa-hits");
    for (const { page, hits } of pages.slice(0, LIMIT)) {
      const item = element("li", "sa-hit-page");
      item.append(element("p", "sa-hit-title", page.title.raw));
      for (const { section, marks } of hits) {
        const link = element("a", "sa-hit");
        link.href = root + page.address + (section.anchor ? `#${section.anchor}` : "");
        const heading = element("span", "sa-hit-heading");
        heading.append(marked(section.heading, marks.heading, 0, section.heading.raw.length));
        link.append(heading, snippet(section.body, marks.body));
        item.append(link);
      }
      list.append(item);
    }
    box.append(list);
  }

  let loading = null;
  /** Load the index on first use; a script, because file:// allows no fetch. */
  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}search-index.js`;
      script.onload = () => {
        book = prepare(window.stateAssetsIndex);
        resolve();
      };
      script.onerror = () => reject(new Error("search-index.js"));
      document.head.append(script);
    });
    return loading;
  }

  function attach(form) {
    const input = form.querySelector("input[name=q]");
    const box = element("div", "sa-search-results");
    form.after(box);
    const update = () =>
      load().then(
        () => render(box, input.value),
        () => box.replaceChildren(element("p", "sa-search-status", "搜索索引没有载入，请刷新本页再试。")),
      );
    input.addEventListener("focus", load, { once: true });
    input.addEventListener("input", update);
    if (!form.closest("dialog")) {
      input.value = new URLSearchParams(window.location.search).get("q") || "";
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        update();
      });
      update();
      input.focus();
    } else {
      // A result on the page that is open already moves the page, but not the dialog.
      box.addEventListener("click", (event) => {
        if (event.target.closest("a")) form.closest("dialog").close();
      });
    }
  }

  document.querySelectorAll("form.bd-search").forEach(attach);
})();
