// Long tables: a box that filters rows, and headings that sort. Without this the table is whole.
(() => {
  "use strict";
  const LEAST_ROWS = 12;
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s,]/g, "");
  const number = (text) => {
    const found = plain(text).match(/^[^\d.+-]*([+-]?\d+(?:\.\d+)?)/);
    return found ? parseFloat(found[1]) : null;
  };

  function filter(figure, rows) {
    const box = document.createElement("p");
    box.className = "sa-filter";
    const input = document.createElement("input");
    input.type = "search";
    input.placeholder = "在表中查找";
    input.setAttribute("aria-label", "在表中查找，几个词用空格隔开");
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    box.append(input, told);
    figure.querySelector(".sa-frame").before(box);
    const texts = rows.map((row) => [...row.cells].map((cell) => plain(cell.textContent)).join("|"));
    input.addEventListener("input", () => {
      const words = input.value.split(/\s+/).map(plain).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        shown += !row.hidden;
      });
      box.classList.toggle("sa-filtered", words.length > 0); // paper says what it leaves out
      told.textContent = !words.length ? "" : shown ? `共${shown}行` : "没有这样的行";
    });
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
