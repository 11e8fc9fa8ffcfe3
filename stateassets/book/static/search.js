// The book's search box: what finding.js finds, as one types; the keyboard is enough for it.
"use strict";
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  const PAGES = 30; // pages listed
  const NAMES = 8; // names listed
  const AROUND = 40; // characters of text on either side of a match in a long sentence
  const ENDS = /[\n。；！？]/;
  const MARKED = 6; // words that a result's page marks
  const ORIGINS = { 真实: "real", 自定: "own", 示例: "sample" };

  const finding = () => window.stateAssetsFinding; // once it is loaded

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text; // never innerHTML: text is text
    return made;
  };

  /** Where a result leads: its page marks the words (found.js). */
  function address(place, words) {
    const [page, anchor] = place.split("#");
    const marks = words.slice(0, MARKED).map((word) => `mark=${encodeURIComponent(word)}`).join("&");
    return `${root}${page}${marks && `?${marks}`}${anchor ? `#${anchor}` : ""}`;
  }

  /** The raw text from start to end, with the matches inside <mark>. */
  function marked(field, marks, start, end) {
    const piece = document.createDocumentFragment();
    let at = start;
    for (const [a, b] of marks) {
      const first = field.from[a];
      const last = field.from[b - 1] + 1;
      if (last > end) break;
      if (first < at) continue;
      piece.append(field.raw.slice(at, first), element("mark", "", field.raw.slice(first, last)));
      at = last;
    }
    piece.append(field.raw.slice(at, end));
    return piece;
  }

  /** The sentence, or the row of a table, with the ``main`` match; of a long one what is around it. */
  function snippet(field, marks, main) {
    const line = element("p", "sa-hit-text");
    const [a, b] = marks.length ? [field.from[marks[main][0]], field.from[marks[main][1] - 1] + 1] : [0, 0];
    let [start, end] = [a, b];
    while (start > 0 && !ENDS.test(field.raw[start - 1])) start -= 1;
    while (end < field.raw.length && !ENDS.test(field.raw[end])) end += 1;
    const [first, last] = [Math.max(start, a - AROUND), Math.min(end, b + 2 * AROUND)];
    if (first > start) line.append("…");
    line.append(marked(field, marks, first, last));
    if (last < end) line.append("…");
    return line;
  }

  /** A named thing: what it is, its name, other names, a line about it. */
  function entry({ name }) {
    const link = element("a", "sa-hit sa-hit-name");
    link.href = root + name.address;
    const others = name.others.length ? `（${name.others.join("、")}）` : "";
    link.append(element("span", "sa-hit-kind", name.label),
      element("span", "sa-hit-heading", name.text + others));
    if (name.told) link.append(element("p", "sa-hit-text", name.told));
    return link;
  }

  /** A figure: whose it is, its name, the number, what is said of it, and where it stands. */
  function answer(figure, heading) {
    const card = element("div", "sa-answer");
    const end = figure.end ? "末" : "";
    const last = figure.before && `上年${end}${figure.before}`;
    const told = [`${figure.year}年${end}`, figure.rank, figure.growth, last].filter(Boolean).join("，");
    const number = element("p", "sa-answer-number");
    const origin = element("span", `sa-origin sa-${ORIGINS[figure.origin]}`, figure.origin);
    number.append(...(figure.origin ? [origin] : []), element("strong", "", figure.value), ` ${told}`);
    const page = element("a", "", `见${quoted(figure.page)}`);
    const ways = element("p", "sa-answer-ways");
    ways.append(page);
    if (figure.place) {
      const source = element("a", "", "来历");
      page.href = address(figure.address, [finding().normalise(figure.value).text]);
      source.href = root + figure.place;
      source.setAttribute("aria-label", `${figure.whose}${figure.measure}的来历`);
      ways.append(source);
    } else page.href = root + figure.address; // 比一比 shows just this, and where it is from
    card.append(element(heading, "sa-answer-name", `${figure.whose}　${figure.measure}`), number, ways);
    return card;
  }

  /** Words in quotation marks; what is quoted already keeps one pair, quotes within are single ones. */
  const quoted = (words) =>
    `“${words.replace(/^["“](.*)["”]$/s, "$1").replaceAll("“", "‘").replaceAll("”", "’")}”`;

  function outcome(query, { answers, names, pages, also, apart, instead }) {
    if (!pages.length) {
      if (answers.length) return `没有哪一节提到${quoted(query)}，要找的数字可能是：`;
      return names.length ? `没有哪一节提到${quoted(query)}，名称相近的有：`
        : `没有找到${quoted(query)}。可以换一个说法，或者减少词数再试。`;
    }
    const sections = pages.reduce((sum, p) => sum + p.hits.length, 0);
    const words = (instead.length ? instead : [query]).map(quoted).join("");
    const first = instead.length ? `没有找到${quoted(query)}，以下是${words}的结果：` : "";
    const parts = apart.length ? `，分开写成${apart.map(quoted).join("")}的也在内` : "";
    const more = also.length ? `，包括${also.map(quoted).join("")}` : "";
    return `${first}共有${pages.length}页、${sections}节提到${words}${parts}${more}。`;
  }

  function render(box, query, book) {
    box.replaceChildren();
    const typed = query.trim();
    if (!typed) return;
    const found = finding().find(typed, book);
    const status = element("p", "sa-search-status", outcome(typed, found));
    status.setAttribute("role", "status");
    if (found.told) {
      const told = element("p", "sa-search-told", found.told);
      told.setAttribute("role", "status");
      box.append(told);
    }
    box.append(status);
    if (found.answers.length) {
      const cards = element("section", "sa-answers");
      cards.setAttribute("aria-label", "数字");
      cards.append(...found.answers.map((figure) => answer(figure, "h2")));
      box.append(cards);
    }
    if (found.names.length) {
      const list = element("ul", "sa-hits sa-hit-names");
      for (const hit of found.names.slice(0, NAMES)) {
        const item = element("li");
        item.append(entry(hit));
        list.append(item);
      }
      box.append(list);
    }
    const list = element("ol", "sa-hits");
    for (const { page, hits } of found.pages.slice(0, PAGES)) {
      const item = element("li", "sa-hit-page");
      item.append(element("p", "sa-hit-title", page.title.raw));
      for (const { section, marks, first } of hits) {
        const link = element("a", "sa-hit");
        const words = new Set([...marks.body, ...marks.heading].map(([, , word]) => word));
        link.href = address(`${page.address}#${section.anchor}`, [...words]);
        const heading = element("span", "sa-hit-heading");
        heading.append(marked(section.heading, marks.heading, 0, section.heading.raw.length));
        link.append(heading, snippet(section.body, marks.body, first));
        item.append(link);
      }
      list.append(item);
    }
    box.append(list);
  }

  /** Load a script; a script, because file:// allows no fetch. */
  const script = (address) => new Promise((resolve, reject) => {
    const made = document.createElement("script");
    made.src = address;
    made.onload = resolve;
    made.onerror = () => reject(new Error(address));
    document.head.append(made);
  });
  /** Load a script that each page names, but few need (book/__init__.py). */
  const later = (name) => script(document.querySelector(`script[type="text/later"][src*="/${name}"]`).src);

  let loading = null;
  /** Load the index and what looks things up in it, on first use. */
  function load() {
    loading ??= Promise.all([later("numbers.js"), later("finding.js"), script(`${root}search-index.js`)])
      .then(() => finding().prepare(window.stateAssetsIndex));
    return loading;
  }

  /** Up and down go through the box and its results. */
  function keys(form, box, input) {
    for (const place of [form, box]) {
      place.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        const stops = [input, ...box.querySelectorAll("a")];
        const at = stops.indexOf(document.activeElement);
        const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
        if (at < 0 || !next) return;
        event.preventDefault();
        next.focus();
      });
    }
  }

  function attach(form) {
    const input = form.querySelector("input[name=q]");
    const box = element("div", "sa-search-results");
    form.after(box);
    const update = () =>
      load().then(
        (book) => render(box, input.value, book),
        () => box.replaceChildren(element("p", "sa-search-status", "搜索索引没有载入，请刷新本页再试。")),
      );
    input.addEventListener("focus", load, { once: true });
    input.addEventListener("input", update);
    keys(form, box, input);
    const dialog = form.closest("dialog");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      // In the dialog Enter opens the first result; on the search page it only searches.
      update().then(() => dialog && box.querySelector("a")?.click());
    });
    if (dialog) {
      // A result on the page that is open already moves the page, but not the dialog.
      box.addEventListener("click", (event) => {
        if (event.target.closest("a")) dialog.close();
      });
    } else {
      input.value = new URLSearchParams(window.location.search).get("q") || "";
      update();
      input.focus();
    }
  }

  document.querySelectorAll("form.bd-search").forEach(attach);
  if (new URLSearchParams(window.location.search).has("mark")) later("finding.js").then(() => later("found.js"));
})();
