// Tables that answer: from three rows on their headings sort, from twelve on a box and menus filter.
// What is set stands in the page's address, so that it survives Back and can be sent to somebody:
// ?table.column=value, table.查找=words, table.排序=column 升序. Without this the table is whole.
(() => {
  "use strict";
  const [SORTED_FROM, FILTERED_FROM] = [3, 12]; // rows
  const [SEARCH, SORT, UNIT] = ["查找", "排序", "单位"];
  const WAYS = { ascending: "升序", descending: "降序" };
  const PAUSE = 250; // ms without typing after which the address is written
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s,]/g, "");
  const element = (name, set = {}) => Object.assign(document.createElement(name), set);
  const shown = (cell) => cell.textContent.trim();

  // --- what comes before what -----------------------------------------------------------------

  const SUM = /^(?:合计|总计|小计|全[区市县州盟旗省国])$/; // the last row, where it begins so
  const BLANK = /^(?:[—–\-/…]*|报告未载)$/;
  const [BLANKS_LAST, WORDS_LATE] = [1e9, 1e8]; // groups after all groups of numbers
  const collator = new Intl.Collator("zh-CN", { numeric: true });

  // Chinese numerals where they count something: 第三季度, 二（三）, 一级企业; not 三重一大.
  const DIGIT = { 〇: 0, 零: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };
  const HAN = `[十百千${Object.keys(DIGIT).join("")}]+`;
  const NUMERALS = new RegExp(`第${HAN}|${HAN}(?=$|[（）()、级季批期类组层章节条项号档年月])`, "g");
  function counted(numeral) {
    if (!/[十百千]/.test(numeral)) return [...numeral].map((sign) => DIGIT[sign]).join("");
    let [sum, last] = [0, 0];
    for (const sign of numeral) {
      const unit = { 十: 10, 百: 100, 千: 1000 }[sign];
      if (unit) [sum, last] = [sum + (last || 1) * unit, 0];
      else last = DIGIT[sign];
    }
    return String(sum + last);
  }
  const natural = (text) =>
    text.normalize("NFKC").replace(NUMERALS, (found) => found.replace(/[^第]+/, counted));

  // A day, month, quarter, half or whole year by when it ends; the shorter one first.
  const TIME = new RegExp("^(\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2}))?|年[度末初]?(?:第?([1-4])季度?|([上下])半年"
    + "|(\\d{1,2})月(?:(\\d{1,2})日)?)?)(?!\\d)");
  function time(text) {
    const found = natural(text).match(TIME);
    if (!found) return null;
    const [, year, isoMonth, isoDay, quarter, half, ownMonth, ownDay] = found;
    const [month, day] = [isoMonth || ownMonth, isoDay || ownDay];
    const last = month || (quarter ? 3 * quarter : half === "上" ? 6 : 12);
    const length = month ? 0 : quarter ? 0.1 : half ? 0.2 : 0.3;
    return Number(year) * 400 + Number(last) * 32 + Number(day || 31) + length;
  }

  // A number with its unit; 亿元 and 万元 are one unit, so are 万元/人 and 元/人.
  const TIMES = { 万亿: 1e12, 亿: 1e8, 万: 1e4, 千: 1e3 };
  const FALLS = /下降|减少|降低|负增长|净减/;
  function number(text) {
    const found = plain(text).replace(/\u2212/g, "-").match(/^([^\d.+-]*)([+-]?(?:\d+(?:\.\d+)?|\.\d+))(.*)$/s);
    if (!found) return null;
    const after = found[3].replace(/^至第?[+-]?[\d.]+/, "").replace(/^余/, "");
    const [label, word, unit] = after.match(/^(万亿|亿|万|千)?([^\d\s(,;、。:/\-—]*(?:\/[^\d\s(,;、]+)?)/);
    const times = TIMES[word] || 1;
    const value = Number(found[2]) * times * (FALLS.test(found[1]) ? -1 : 1);
    return { value, times, unit, label, rest: found[1].length + found[3].length };
  }
  const SHORT = 12; // characters beside a number, up to which a cell is one
  const isNumber = (text) => number(text)?.rest <= SHORT && /^[逾约超近第≥≤<>+-]*\d/.test(plain(text));

  /**
   * How the rows compare by a column, and the names of the groups into which its numbers fall by
   * their units: these are not compared with each other.
   */
  function comparison(heads, rows, column) {
    const head = heads[column];
    const unitColumn = /[（(]/.test(head.name) ? -1 : heads.findIndex(({ name }) => name === UNIT);
    const texts = rows.map((row) => shown(row.cells[column]));
    const filled = texts.filter((text) => !BLANK.test(text));
    const order = (head.cell.dataset.filter || "").split("|").filter(Boolean);
    const numeric = head.cell.classList.contains("sa-number") || (filled.length > 0 && filled.every(isNumber));
    const [units, labels] = [[], []];
    const key = (row, text) => {
      if (BLANK.test(text)) return { group: BLANKS_LAST, value: 0, text: "" };
      if (order.length) return { group: 0, value: order.includes(text) ? order.indexOf(text) : order.length, text };
      const when = time(text);
      const found = when === null && numeric ? number(text) : null;
      if (when === null && !found) return { group: WORDS_LATE, value: 0, text: natural(text) };
      const stated = found && !found.unit && unitColumn >= 0 && unitColumn !== column
        ? number(`0${shown(row.cells[unitColumn])}`) : null; // the unit stands in a column of its own
      const { unit, label } = stated || found || { unit: "时间", label: "时间" };
      if (!units.includes(unit)) units.push(unit);
      const group = units.indexOf(unit);
      (labels[group] ??= new Set()).add(label);
      return { group, value: found ? found.value * (stated?.times || 1) : when, text: natural(text) };
    };
    const keys = new Map(rows.map((row, at) => [row, key(row, texts[at])]));
    const compare = (down) => (a, b) => {
      const [x, y] = [keys.get(a), keys.get(b)];
      return x.group - y.group || (down ? -1 : 1) * (x.value - y.value || collator.compare(x.text, y.text));
    };
    return { compare, groups: labels.map((names) => [...names].filter(Boolean).join("、") || "没有单位的") };
  }

  // --- a table ----------------------------------------------------------------------------------

  // A menu of the values in a column: those that the heading lists first, in its order.
  function menu({ cell: head, name }, rows, changed) {
    const cell = (row) => shown(row.cells[head.cellIndex]);
    const order = head.dataset.filter.split("|");
    const place = (value) => (order.includes(value) ? order.indexOf(value) : order.length);
    const values = [...new Set(rows.map(cell))].filter(Boolean).sort(
      (a, b) => place(a) - place(b) || a.localeCompare(b, "zh-CN", { numeric: true }));
    const select = element("select", { autocomplete: "off" }); // else Back restores it and nothing else
    select.append(new Option("全部", ""), ...values.map((value) => new Option(value)));
    const label = element("label", { textContent: `${name} ` });
    label.append(select);
    select.addEventListener("change", changed);
    return { label, name, fits: (row) => !select.value || cell(row) === select.value,
             chosen: () => select.value,
             choose: (value) => {
               const known = !value || values.includes(value);
               if (known) select.value = value;
               return known;
             } };
  }

  function named(table) {
    const times = {};
    return [...table.tHead.rows[0].cells].map((cell) => {
      const name = cell.textContent.replace(/\s+/g, " ").trim();
      times[name] = (times[name] || 0) + 1;
      return { cell, name: times[name] > 1 ? `${name}-${times[name]}` : name };
    });
  }

  /** Make a table answer; ``changed(soon)`` is told when what is set became another. */
  function interactive(figure, table, rows, changed) {
    const body = table.tBodies[0];
    const heads = named(table);
    const sums = [...rows].reverse().findIndex((row) => !SUM.test(shown(row.cells[0])));
    const [sorted, last] = sums > 0 ? [rows.slice(0, -sums), rows.slice(-sums)] : [rows, []];
    const texts = new Map();
    let [by, down, unknown] = [-1, false, []];

    const box = element("p", { className: "sa-filter" });
    const input = element("input", { type: "search", placeholder: "在表中查找", autocomplete: "off" });
    input.setAttribute("aria-label", "在表中查找，几个词用空格隔开");
    const told = element("span");
    told.setAttribute("role", "status");
    const paper = element("span", { className: "sa-chosen" }); // says what the controls were set to
    const clear = element("button", { type: "button", hidden: true });
    const copy = element("a", { className: "headerlink", href: `#${figure.id}`, textContent: "复制链接", hidden: true });
    const filters = rows.length >= FILTERED_FROM;
    const menus = filters ? heads.filter(({ cell }) => "filter" in cell.dataset).map(
      (head) => menu(head, rows, () => set())) : [];
    box.append(...(filters ? [input] : []), ...menus.map((one) => one.label), told, paper, clear, copy);
    const stand = () => { if (!box.isConnected) (figure.querySelector(".sa-frame") || table).before(box); };
    if (filters) stand();

    const words = () => (filters ? input.value.split(/\s+/).filter(Boolean) : []);
    const chosen = () => menus.filter((one) => one.chosen());
    const text = (row) => {
      if (!texts.has(row)) texts.set(row, [...row.cells].map((cell) => plain(cell.textContent)).join("|"));
      return texts.get(row);
    };

    function filter() {
      const [searched, active] = [words().map(plain), chosen()];
      let seen = 0;
      rows.forEach((row) => {
        row.hidden = !(searched.every((word) => text(row).includes(word)) && active.every((one) => one.fits(row)));
        seen += !row.hidden;
      });
      const some = searched.length > 0 || active.length > 0;
      box.classList.toggle("sa-filtered", some); // paper says what it leaves out
      const said = active.map((one) => `${one.name}：${one.chosen()}`);
      if (searched.length) said.push(`含有：${words().join("、")}`);
      paper.textContent = some ? `只列出一部分（${said.join("；")}），全表${rows.length}行。` : "";
      return !some ? "" : seen ? `共${seen}行` : "没有这样的行";
    }

    function sort() {
      heads.forEach(({ cell }, column) => cell.setAttribute(
        "aria-sort", column !== by ? "none" : down ? "descending" : "ascending"));
      if (by < 0) {
        body.append(...rows);
        return "";
      }
      const { compare, groups } = comparison(heads, sorted, by);
      body.append(...[...sorted].sort(compare(down)), ...last);
      return groups.length > 1 ? `单位不同的分开排：${groups.join("；")}` : "";
    }

    /** Show what is set. */
    function show() {
      const ignored = unknown.length ? `地址里的“${unknown.join("”“")}”这张表没有，没有采用。` : "";
      const said = [filter(), sort(), ignored].filter(Boolean).join("　");
      const active = [...(box.classList.contains("sa-filtered") ? ["筛选"] : []), ...(by < 0 ? [] : ["排序"])];
      if (said || active.length) stand();
      told.textContent = said;
      clear.hidden = copy.hidden = !active.length;
      copy.hidden ||= !figure.id;
      clear.textContent = `清除${active.join("和")}`;
    }

    function set(soon = false) {
      unknown = [];
      show();
      changed(soon);
    }

    function reset() {
      input.value = "";
      menus.forEach((one) => one.choose(""));
      [by, down, unknown] = [-1, false, []];
    }

    input.addEventListener("input", () => set(true));
    clear.addEventListener("click", () => {
      reset();
      set();
      (filters ? input : heads[0].cell.querySelector("button")).focus(); // what was focused is gone
    });
    heads.forEach(({ cell }, column) => {
      const button = element("button", { type: "button" });
      button.append(...cell.childNodes);
      cell.append(button);
      cell.setAttribute("aria-sort", "none");
      button.addEventListener("click", () => { // up, down, and as it was
        if (by !== column) [by, down] = [column, false];
        else if (down) [by, down] = [-1, false];
        else down = true;
        set();
      });
    });

    return {
      figure,
      key: figure.id,
      /** What is set, as pairs of a name and a value. */
      state: () => [
        ...chosen().map((one) => [one.name, one.chosen()]),
        ...(words().length ? [[SEARCH, words().join(" ")]] : []),
        ...(by < 0 ? [] : [[SORT, `${heads[by].name} ${down ? WAYS.descending : WAYS.ascending}`]]),
      ],
      /** Set what pairs of a name and a value say; what the table does not have is told and left. */
      restore(pairs) {
        reset();
        for (const [name, value] of pairs) {
          const [, heading, way] = value.match(/^(.*)\s(升序|降序)$/s) || [];
          const column = heads.findIndex((head) => head.name === heading);
          if (name === SORT && column >= 0) [by, down] = [column, way === WAYS.descending];
          else if (name === SEARCH && filters) input.value = value;
          else if (name === SORT || !menus.find((one) => one.name === name)?.choose(value)) {
            unknown.push(`${name}：${value}`);
          }
        }
        show();
      },
    };
  }

  // --- the address ------------------------------------------------------------------------------

  let waiting = 0;
  let known = ""; // what the address said when it was last read or written
  const tables = [];
  const parts = () => location.search.slice(1).split("&").filter(Boolean);
  const pair = (part) => [...new URLSearchParams(part)][0] || ["", ""]; // never an error, as decoding is
  /** The table that an address means: by its name, or one that it had before (book/anchors.py). */
  function meant(name) {
    let place = document.getElementById(name);
    while (place && place.tagName === "SPAN" && !place.textContent) place = place.nextElementSibling;
    return tables.find(({ figure }) => figure === place);
  }
  const split = (key) => [key.slice(0, key.lastIndexOf(".")), key.slice(key.lastIndexOf(".") + 1)];
  const isOne = (key) => /^(?:表-|table-).*\../.test(key) || !!meant(split(key)[0]);

  function write() {
    clearTimeout(waiting);
    waiting = 0;
    const others = parts().filter((part) => !meant(split(pair(part)[0])[0]));
    const own = tables.filter(({ key }) => key).flatMap(({ key, state }) => state().map(
      ([name, value]) => `${encodeURIComponent(`${key}.${name}`)}=${encodeURIComponent(value)}`));
    const query = [...others, ...own].join("&");
    try {
      history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
    } catch { /* the browser allows no other address here: what is set holds until the page is left */ }
    known = location.search;
  }

  function changed(soon) {
    clearTimeout(waiting);
    waiting = soon ? setTimeout(write, PAUSE) : 0;
    if (!soon) write();
  }

  const stray = element("p", { className: "sa-note" });
  stray.setAttribute("role", "status");

  function read() {
    known = location.search;
    const pairs = new Map(tables.map((one) => [one, []]));
    const lost = new Set();
    for (const [key, value] of parts().map(pair)) {
      const [name, field] = split(key);
      if (!isOne(key) || !value) continue;
      const one = meant(name);
      if (one) pairs.get(one).push([field, value]);
      else lost.add(name);
    }
    for (const [one, own] of pairs) if (own.length || one.state().length) one.restore(own);
    stray.textContent = lost.size ? `地址里说的“${[...lost].join("”“")}”，本页没有这样的表，没有采用；各表照原样列出。` : "";
    if (lost.size) document.querySelector(".bd-article h1, h1")?.after(stray);
    else stray.remove();
  }

  for (const figure of document.querySelectorAll("figure.sa-table")) {
    const table = figure.querySelector("table");
    const rows = table && table.tHead && table.tBodies[0] ? [...table.tBodies[0].rows] : [];
    if (rows.length >= SORTED_FROM) tables.push(interactive(figure, table, rows, changed));
  }
  read();
  const first = tables.find(({ state }) => state().length);
  const [opened] = performance.getEntriesByType("navigation");
  if (first) first.figure.dispatchEvent(new Event("beforematch", { bubbles: true })); // blocks.js opens it
  if (first && !location.hash && opened?.type === "navigate" && !parts().some((part) => pair(part)[0] === "rows")) {
    first.figure.scrollIntoView();
  }
  addEventListener("popstate", () => { if (location.search !== known) read(); });
  addEventListener("pageshow", read); // whatever the browser put into the controls, the address holds
  addEventListener("pagehide", () => { if (waiting) write(); });
})();
