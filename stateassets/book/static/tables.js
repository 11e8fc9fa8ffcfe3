// Long tables: a box and menus that filter rows, and headings that sort. Without this the table
// is whole.
(() => {
  "use strict";
  const LEAST_ROWS = 12;
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s,]/g, "");
  const number = (text) => {
    const found = plain(text).match(/^[^\d.+-]*([+-]?\d+(?:\.\d+)?)/);
    return found ? parseFloat(found[1]) : null;
  };
  const element = (name, set = {}) => Object.assign(document.createElement(name), set);

  // A menu of the values in a column: those that the heading lists first, in its order.
  function menu(head, rows, changed) {
    const cell = (row) => row.cells[head.cellIndex].textContent.trim();
    const order = head.dataset.filter.split("|");
    const place = (value) => (order.includes(value) ? order.indexOf(value) : order.length);
    const values = [...new Set(rows.map(cell))].filter(Boolean).sort(
      (a, b) => place(a) - place(b) || a.localeCompare(b, "zh-CN", { numeric: true }));
    const name = head.textContent.trim();
    const select = element("select");
    select.append(new Option("全部", ""), ...values.map((value) => new Option(value)));
    const label = element("label", { textContent: `${name} ` });
    label.append(select);
    select.addEventListener("change", changed);
    return { label, name, fits: (row) => !select.value || cell(row) === select.value,
             chosen: () => select.value };
  }

  function filter(figure, rows) {
    const box = element("p", { className: "sa-filter" });
    const input = element("input", { type: "search", placeholder: "在表中查找" });
    input.setAttribute("aria-label", "在表中查找，几个词用空格隔开");
    const told = element("span");
    told.setAttribute("role", "status");
    const paper = element("span", { className: "sa-chosen" }); // says what the controls were set to
    const texts = new Map(rows.map((row) =>
      [row, [...row.cells].map((cell) => plain(cell.textContent)).join("|")]));
    const show = () => {
      const words = input.value.split(/\s+/).filter(Boolean);
      const set = menus.filter((one) => one.chosen());
      let shown = 0;
      rows.forEach((row) => {
        row.hidden = !(words.every((word) => texts.get(row).includes(plain(word)))
          && set.every((one) => one.fits(row)));
        shown += !row.hidden;
      });
      const active = words.length > 0 || set.length > 0;
      box.classList.toggle("sa-filtered", active); // paper says what it leaves out
      told.textContent = !active ? "" : shown ? `共${shown}行` : "没有这样的行";
      const said = set.map((one) => `${one.name}：${one.chosen()}`);
      if (words.length) said.push(`含有：${words.join("、")}`);
      paper.textContent = active ? `只列出一部分（${said.join("；")}），全表${rows.length}行。` : "";
    };
    const menus = [...figure.querySelectorAll("thead th[data-filter]")].map(
      (head) => menu(head, rows, show));
    input.addEventListener("input", show);
    box.append(input, ...menus.map((one) => one.label), told, paper);
    figure.querySelector(".sa-frame").before(box);
  }

  function sort(table, rows) {
    const body = table.tBodies[0];
    table.querySelectorAll("thead th").forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      head.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        table.querySelectorAll("thead th").forEach((th) => th.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const numeric = head.classList.contains("sa-number");
        const key = (row) => {
          const text = row.cells[column].textContent.trim();
          return numeric ? number(text) : text;
        };
        const blank = (value) => value === null || value === "";
        const order = (a, b) => {
          const [x, y] = [key(a), key(b)];
          if (blank(x) || blank(y)) return blank(x) - blank(y); // blanks last, either way
          const way = numeric ? x - y : x.localeCompare(y, "zh-CN");
          return down ? -way : way;
        };
        body.append(...[...rows].sort(order));
      });
    });
  }

  document.querySelectorAll("figure.sa-table").forEach((figure) => {
    const table = figure.querySelector("table");
    const rows = table && table.tBodies[0] ? [...table.tBodies[0].rows] : [];
    if (rows.length < LEAST_ROWS) return;
    filter(figure, rows);
    sort(table, rows);
  });
})();
