// The page of a table's rows: those that a figure was taken from stand out, as ?rows=3,9-12 says; in them the cells
// of ?columns=…, with what they come to; ?from=… is the page and the place in it that led here.
(() => {
  "use strict";
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* some folders keep nothing */ }
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";

  // What says whose the rows are and of when stays at the left, as far as there is room, however wide the table is.
  const MOST_HELD = 0.55; // of the frame's width
  const BESIDE = 24; // pixels right of a cited cell, where a wide frame fades
  const table = document.querySelector("figure.sa-table table");
  const frame = table.closest(".sa-frame");
  const holding = document.createElement("style");
  document.head.append(holding);
  function hold() {
    holding.textContent = "";
    if (frame.scrollWidth <= frame.clientWidth) return;
    const [number, ...others] = table.tHead.rows[0].cells;
    const keys = others.filter((head) => "key" in head.dataset);
    let room = frame.clientWidth * MOST_HELD - number.offsetWidth;
    const held = [...keys].sort((a, b) => ("names" in b.dataset) - ("names" in a.dataset)).filter((head) => {
      const fits = head.offsetWidth <= room;
      if (fits) room -= head.offsetWidth;
      return fits;
    });
    let left = number.offsetWidth;
    const rules = keys.filter((head) => held.includes(head)).map((head) => {
      const cells = `:root .sa-rows .sa-frame table:not(.sa-narrow)`;
      const place = `:nth-child(${head.cellIndex + 1})`;
      const rule = `${cells} tr > ${place} { position: sticky; left: ${left}px; background: var(--sa-page); }
        ${cells} thead tr > ${place} { z-index: 2; }`;
      left += head.offsetWidth;
      return rule;
    });
    holding.textContent = `@media screen { ${rules.join("\n")} }`;
  }
  addEventListener("load", hold);
  addEventListener("resize", hold);

  const asked = new URLSearchParams(location.search);
  const listed = (name) => (asked.get(name) || "").split(",").filter(Boolean);
  const run = (text) => {
    const [first, last = first] = text.split("-").map(Number);
    return Array.from({ length: Math.max(0, Math.min(last, table.rows.length + 1) - first + 1) }, (_, n) => first + n);
  };
  const rows = listed("rows").flatMap(run).map((n) => document.getElementById(`row-${n}`)).filter(Boolean);
  rows.forEach((row) => row.classList.add("sa-cited"));
  if (!rows.length) return;

  /** Numbers added up exactly, as whole numbers of their smallest part; null where one is no number. */
  function sum(texts) {
    const numbers = texts.map((text) => text.replace(/[,\s]/g, "")).filter(Boolean);
    if (!numbers.every((text) => /^-?\d+(\.\d+)?$/.test(text))) return null;
    const parts = numbers.map((text) => text.split("."));
    const places = Math.max(0, ...parts.map(([, behind = ""]) => behind.length));
    const total = parts.reduce((all, [whole, behind = ""]) => all + BigInt(whole + behind.padEnd(places, "0")), 0n);
    const digits = String(total).replace("-", "").padStart(places + 1, "0");
    const plain = digits.slice(0, digits.length - places);
    const whole = plain.length < 5 ? plain : plain.replace(/\B(?=(\d{3})+$)/g, ","); // as grouped() does
    const behind = digits.slice(digits.length - places).replace(/0+$/, "");
    return `${total < 0n ? "-" : ""}${whole}${behind ? `.${behind}` : ""}`;
  }

  /** What the marked cells of a column come to, in words. */
  function told(head) {
    const cells = rows.map((row) => row.cells[head.cellIndex]).filter(Boolean);
    [head, ...cells].forEach((cell) => cell.classList.add("sa-summed"));
    const values = cells.map((cell) => cell.dataset.value ?? cell.textContent.trim());
    const { unit = "" } = head.dataset;
    const title = head.textContent.trim().replace(`（${unit}）`, "");
    if (asked.get("as") === "distinct") return `，其中不同的${title}${new Set(values.filter(Boolean)).size}个`;
    const total = asked.has("as") ? null : sum(values);
    return total === null ? `，用到“${title}”一列` : `，${title}合计${total}${unit}`;
  }

  /** The way back to where the figure stands: only to a page of this book. */
  function back() {
    const place = asked.get("from");
    const page = place && new URL(`../${place}`, location.href);
    if (!page || !page.href.startsWith(new URL("../", location.href).href)) return null;
    const link = Object.assign(document.createElement("a"), { href: page.href, textContent: "回到正文" });
    link.addEventListener("click", (event) => {
      let left = "";
      try { left = sessionStorage.getItem("sa-left"); } catch { /* some folders keep nothing */ }
      const here = left && left.split("#")[0] === page.href.split("#")[0] && history.length > 1;
      if (!here || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.back(); // the text is then where it was left
    });
    return link;
  }

  const heads = listed("columns").map((name) => document.querySelector(`th[data-column="${CSS.escape(name)}"]`))
    .filter(Boolean);
  const said = document.createElement("p");
  said.className = "sa-cited-told";
  said.append(`引用了${rows.length}行${heads.map(told).join("")}。`);
  const way = back();
  if (way) said.append(way);
  table.classList.toggle("sa-by-cell", heads.length > 0);
  const only = Object.assign(document.createElement("input"), { type: "checkbox" });
  const label = document.createElement("label");
  label.append(only, ` 只看用到的${rows.length}行${heads.length ? "和这一列" : ""}`);
  said.append(label);
  document.querySelector("figure.sa-table").before(said);
  // What says whose the rows are and of when stays beside the column; the rest can be put out of the way.
  const kept = [...table.tHead.rows[0].cells].filter((head, place) => !place || "key" in head.dataset || heads.includes(head));
  const narrow = document.createElement("style");
  if (heads.length) {
    narrow.textContent = `.sa-narrow tr > ${kept.map((head) => `:not(:nth-child(${head.cellIndex + 1}))`).join("")} {
      display: none; }`;
  }
  document.head.append(narrow);
  only.addEventListener("change", () => {
    frame.scrollLeft = 0;
    table.classList.toggle("sa-narrow", only.checked);
    document.querySelectorAll("tbody tr").forEach((row) => {
      row.classList.toggle("sa-left-out", only.checked && !row.classList.contains("sa-cited"));
    });
  });
  // Once all is in its place: what was cited at the top, and below it the first of its rows, its cell in
  // sight: the table stays at its left end unless the cell lies beyond the frame.
  addEventListener("load", () => {
    const first = rows[0].querySelector(".sa-summed");
    scrollTo(0, frame.closest("figure").getBoundingClientRect().top + scrollY - said.offsetHeight);
    frame.scrollTop = rows[0].offsetTop - frame.clientHeight / 3;
    if (first) frame.scrollLeft = first.offsetLeft + first.offsetWidth + BESIDE - frame.clientWidth;
  });
})();
