// 比一比: draws what a reader picks of the figures that the page carries (pages/comparing.py).
// What is picked stands in the address, ?who=group:A&what=debt_ratio&years=2023, so that it can be
// sent, and Back undoes a choice. Without this the page shows the table of the headline indicators.
(() => {
  "use strict";
  const root = document.getElementById("sa-compare");
  if (!root) return;
  const taking = window.stateAssetsTaking;
  const data = JSON.parse(document.getElementById("sa-compare-data").textContent);
  data.measures.forEach((measure) => Object.assign(measure, data.alike[measure.alike]));
  const { halfUp, inThrees, grouped, isNumber, numberOf, toldIn, rule, shown, cells } = window.stateAssetsNumbers(data);
  const [PANELS, LINES] = [12, 8]; // pictures, lines that one can tell apart
  const [NAME, SHOWN] = [12, 3]; // characters of a name beside a line's end, numbers in a row of a picture
  const [CHANGE, ALL] = ["change", "all"];
  const origins = Object.keys(data.origins); // the surest first
  const scopes = new Map(data.scopes.map((scope) => [scope.code, scope]));
  const measures = new Map(data.measures.map((measure) => [measure.code, measure]));
  for (const by of Object.keys(data.levels)) {
    data.scopes.filter((scope) => scope.by === by).forEach((scope, at) => { scope.at = at; });
  }

  // --- making elements ---------------------------------------------------------------------

  /** An element; `set` holds attributes, properties in camel case and listeners (onclick). */
  function element(tag, set = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(set)) {
      if (name in made && !name.includes("-")) made[name] = value;
      else if (value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== "" && child != null));
    return made;
  }
  const svg = (tag, set, ...children) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(set).forEach(([name, value]) => made.setAttribute(name, value));
    made.append(...children);
    return made;
  };
  const badge = (origin) =>
    element("span", { className: `sa-origin sa-${origin}`, textContent: data.origins[origin] });
  const weakest = (found) =>
    origins[Math.max(0, ...found.map((origin) => origins.indexOf(origin)))];

  // --- figures --------------------------------------------------------------------------------

  const pick = (table, scope, year) =>
    table?.[scope.by] === undefined ? undefined : cells(table[scope.by])[scope.at]?.[data.years.indexOf(year)];

  /** What a measure comes to: `text` in the base unit, or the key of why there is nothing. */
  function figure(measure, scope, year) {
    const found = pick(measure.values, scope, year) ?? "s";
    if (found in data.why) return { why: found };
    return { text: found, origin: measure.origin };
  }
  const isPrinted = (key, measure, scope, year) => scope.by === "district" && measure[key]?.includes(year);
  /** What a link to a number names, as on every page (measures/figures.py). */
  const place = ({ measure, year, change }, scope) =>
    ["figure", change ? `${measure.code}.${measure.kind}` : measure.code,
      ...(scope.by === "district" ? [] : [scope.by, scope.code.slice(scope.by.length + 1)]), year].join("-");

  // --- what is picked, and the address -----------------------------------------------------------

  const groups = data.scopes.filter((scope) => scope.by === "group").map((scope) => scope.code);
  const START = {
    who: groups.length ? groups : data.scopes.slice(0, 1).map((scope) => scope.code),
    what: [measures.has(data.first) ? data.first : data.measures[0].code],
    years: data.years.slice(-2).map(String),
    sort: "",
  };
  const KNOWN = { who: scopes, what: measures, years: new Set(data.years.map(String)) };
  const NAMES = { who: "企业", what: "指标", years: "年度" };
  const FIELDS = { ...NAMES, sort: "排序" };
  const MARK = "mark"; // what a search found (found.js)
  const THERE = 8; // names of what there is
  let state = START;
  let trouble = "";

  // What somebody may write for a code: one's letter, its name, that without its level, other names of an indicator.
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  const bare = (name) => name.replace(/（[^（）]*）$/, "");
  const calling = (pairs) => {
    const found = new Map(); // of several so called the first: a group before its own first company
    for (const [code, ...names] of pairs) for (const name of names) if (!found.has(plain(name))) found.set(plain(name), code);
    return found;
  };
  const CALLED = {
    who: calling(data.scopes.map(({ code, name }) =>
      [code, code.slice(code.indexOf(":") + 1), name, bare(name), bare(name).replace(/^[一二三四五六]级/, "")])),
    what: calling(data.measures.map(({ code, name, others = [] }) => [code, name, ...others])),
    years: calling(data.years.map((year) => [String(year), `${year}年`])),
  };
  const first = (names) => names.slice(0, THERE).join("、") + (names.length > THERE ? "等" : "");
  const there = {
    who: () => `企业有${first((groups.length ? groups : [...scopes.keys()]).map((code) => scopes.get(code).name))}，`
      + `连同全区、各类和各级公司共${scopes.size}个`,
    what: () => `指标有${first((Object.values(data.presets)[0] ?? [...measures.keys()]).map((code) => measures.get(code).name))}，`
      + `共${measures.size}个，可以在上面查找`,
    years: () => `年度有${data.years.join("、")}`,
  };

  /** Names in the address that nothing on the page goes by: the page's other tables have theirs (tables.js). */
  function strange(asked) {
    const ofTable = (name) => /^(?:表-|table-).*\./.test(name)
      || (name.includes(".") && document.getElementById(name.slice(0, name.lastIndexOf("."))) !== null);
    return [...new Set(asked.keys())].filter((name) => name && !(name in FIELDS) && name !== MARK && !ofTable(name));
  }

  function read() {
    const asked = new URLSearchParams(location.search);
    const unknown = [];
    const lacking = new Set();
    const found = { sort: asked.get("sort") ?? "" };
    for (const [key, known] of Object.entries(KNOWN)) {
      if (!asked.has(key)) {
        found[key] = START[key];
        continue;
      }
      const named = asked.get(key) === ALL ? [...known.keys()]
        : asked.get(key).split(/[,，]/).filter(Boolean).map((one) => (known.has(one) ? one : CALLED[key].get(plain(one)) ?? one));
      const lost = named.filter((one) => !known.has(one));
      if (lost.length) lacking.add(key);
      unknown.push(...lost.map((one) => `${NAMES[key]}“${one}”`));
      found[key] = ordered(key, named.filter((one) => known.has(one)));
    }
    const column = found.sort.replace(/^-/, "");
    if (column && !columns(found).some((one) => one.key === column)) {
      unknown.push(`排序“${column}”`);
      found.sort = "";
    }
    const names = strange(asked);
    const fields = Object.entries(FIELDS).map(([name, told]) => `${name}（${told}）`).join("、");
    trouble = [
      unknown.length ? `地址里的${unknown.join("、")}本书没有，没有显示${[...lacking].map((key) => `；${there[key]()}`).join("")}。` : "",
      names.length ? `地址里的“${names.join("”“")}”本页不认得，没有采用；可以用的是${fields}。` : "",
    ].join("");
    state = found;
  }
  /** In the order of the book, each once; indicators in the order in which they were picked. */
  function ordered(key, named) {
    const once = [...new Set(named)];
    const order = [...KNOWN[key].keys()];
    return key === "what" ? once : once.sort((a, b) => order.indexOf(a) - order.indexOf(b));
  }
  function address(of) {
    const told = Object.entries(of).filter(([key, value]) => key !== "sort" || value)
      .map(([key, value]) => {
        const text = key !== "years" && value.length > 1 && value.length === KNOWN[key]?.size ? ALL : String(value);
        return `${key}=${encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":")}`;
      });
    // What else stands there is of the page's other tables (tables.js).
    const others = location.search.slice(1).split("&").filter((part) => part && !(part.split("=")[0] in of));
    return `${location.pathname}?${[...told, ...others].join("&")}`;
  }
  function choose(change) {
    state = { ...state, ...change };
    const column = state.sort.replace(/^-/, "");
    if (column && !columns(state).some((one) => one.key === column)) state.sort = "";
    trouble = "";
    try {
      history.pushState(null, "", address(state));
    } catch { // a browser that keeps the addresses of files as they are: “复制链接” has it all the same
    }
    show();
  }
  const toggle = (key, named, on) => choose({
    [key]: ordered(key, on ? [...state[key], ...named] : state[key].filter((one) => !named.includes(one))),
  });

  // --- the pickers ----------------------------------------------------------------------------------

  const wide = matchMedia("(min-width: 60rem)");
  const boxes = []; // every box with what it stands for
  function check(key, code, name, words = name) {
    const box = element("input", { type: "checkbox", value: code,
      onchange: () => toggle(key, [code], box.checked) });
    const label = element("label", { className: "sa-pick" }, box, element("span", { textContent: name }));
    boxes.push({ key, code, box, label, words: words.toLowerCase() });
    return label;
  }
  function group(key, title, members, told = "") {
    const codes = members.map((member) => member.code);
    const all = element("button", { type: "button", className: "sa-all", textContent: "全选",
      onclick: () => toggle(key, codes, !codes.every((one) => state[key].includes(one))) });
    all.setAttribute("aria-label", `${title}：全选或全不选`);
    const made = element("fieldset", {}, element("legend", { textContent: title }), all,
      told ? element("p", { className: "sa-note", textContent: told }) : "",
      members.map((member) => check(key, member.code, member.label ?? member.name,
        [member.name, member.code, title, ...(member.others ?? [])].join("|"))));
    return made;
  }
  function picker(key, chips, groupsOf) {
    const told = element("span", { className: "sa-picked" });
    const empty = element("p", { className: "sa-note", textContent: "没有这样的，换一个词试试。", hidden: true });
    const search = element("input", { type: "search", placeholder: `查找${NAMES[key]}`,
      oninput: () => {
        const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
        const mine = boxes.filter((one) => one.key === key);
        mine.forEach((one) => { one.label.hidden = !words.every((word) => one.words.includes(word)); });
        list.querySelectorAll("fieldset").forEach((set) => {
          set.hidden = !set.querySelector(".sa-pick:not([hidden])");
        });
        empty.hidden = mine.some((one) => !one.label.hidden);
      } });
    search.setAttribute("aria-label", `查找${NAMES[key]}`);
    const list = element("div", { className: "sa-choices", tabIndex: 0 }, groupsOf, empty);
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", NAMES[key]);
    const made = element("details", { className: `sa-picker sa-picker-${key}`, open: wide.matches },
      element("summary", {}, `${NAMES[key]}：`, told),
      chips.length ? element("p", { className: "sa-presets" }, chips) : "",
      key === "years" ? "" : search, list);
    return { made, told };
  }
  const preset = (key, name, codes) => element("button", { type: "button", textContent: name,
    onclick: () => choose({ [key]: ordered(key, codes) }) });
  const by = (level) => data.scopes.filter((scope) => scope.by === level);
  const levels = data.levels;
  const grouping = (all, key) =>
    all.reduce((found, one) => found.set(one[key], [...(found.get(one[key]) ?? []), one]), new Map());

  function whoGroups() {
    const made = ["group", "district", "class"].filter((level) => by(level).length)
      .map((level) => group("who", levels[level].name, by(level), levels[level].told));
    grouping(by("enterprise"), "in").forEach((members, name) =>
      made.push(group("who", `${levels.enterprise.name}：${name}`, members, levels.enterprise.told)));
    return made;
  }
  function whatGroups() {
    return [...grouping(data.measures, "domain")].map(([name, members]) => group("what", name,
      members.map((one) => ({ ...one, label: one.unit ? `${one.name}（${one.unit}）` : one.name }))));
  }
  const everyone = (level) => by(level).map((scope) => scope.code);
  const pickers = {
    who: picker("who", [
      preset("who", levels.group.name, everyone("group")),
      preset("who", levels.enterprise.name, everyone("enterprise")),
      preset("who", "全区和各类", [...everyone("district"), ...everyone("class")]),
    ], whoGroups()),
    what: picker("what", Object.entries(data.presets).map(([name, codes]) => preset("what", name, codes)),
      whatGroups()),
    years: picker("years", [preset("years", "全部年度", data.years.map(String))],
      data.years.map((year) => check("years", String(year), `${year}年`))),
  };

  // --- the columns and rows ---------------------------------------------------------------------------

  /** The columns of the table: each indicator in each year, and what became of it since the year before. */
  function columns(of) {
    return of.what.flatMap((code) => {
      const measure = measures.get(code);
      const years = of.years.map(Number);
      const since = years.filter((year) => years.includes(year - 1) && measure.since);
      return [
        ...years.map((year) => ({ key: `${code}.${year}`, measure, year })),
        ...since.map((year) => ({ key: `${code}.${year}.${CHANGE}`, measure, year, change: true })),
      ];
    });
  }
  const chosen = () => state.who.map((code) => scopes.get(code));
  const toldOf = (measure) => toldIn(measure, chosen().flatMap((scope) =>
    state.years.map((year) => figure(measure, scope, Number(year)).text)).filter((text) => text && !rule(text)));

  function cellOf(column, scope, told) {
    const { measure, year } = column;
    const now = figure(measure, scope, year);
    if (!column.change) {
      if (now.why) return now;
      const of = told.get(measure);
      // What a report printed is real as it printed it, in its unit and with its decimals.
      return isPrinted("printed", measure, scope, year) && of.unit === measure.unit
        ? { ...now, words: shown(now.text, measure), origin: origins[0] }
        : { ...now, words: shown(now.text, of) };
    }
    const words = pick(measure.since, scope, year);
    const missing = now.why ?? figure(measure, scope, year - 1).why;
    if (!words) return { why: missing ?? "n" };
    const origin = isPrinted("changed", measure, scope, year) ? origins[0] : measure.origin;
    return { words: numberOf(words) > 0 ? `+${grouped(words)}` : grouped(words), origin };
  }
  function sorted(rows, told) {
    const key = state.sort.replace(/^-/, "");
    const column = columns(state).find((one) => one.key === key);
    if (!column) return rows;
    const way = state.sort.startsWith("-") ? -1 : 1;
    const value = (scope) => {
      const cell = cellOf(column, scope, told);
      if (cell.words === undefined) return null;
      // A unit for the column is chosen above; what is rounded alike still keeps its order.
      return column.change ? numberOf(cell.words) : (rule(cell.text) ? data.rules.indexOf(cell.text) : parseFloat(cell.text));
    };
    return [...rows].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x === null || y === null ? (x === null) - (y === null) : way * (x - y); // blanks last, either way
    });
  }

  // --- where a number comes from -----------------------------------------------------------------------

  const inBase = (measure, scope, year) => {
    const now = measure && figure(measure, scope, year);
    if (!now || now.why) return "没有数";
    if (rule(now.text)) return now.text;
    return halfUp(now.text, 0, 2).replace(/\.?0+$/, "").replace(/\d+/, inThrees) + measure.base;
  };
  const filled = (formula, words) => formula.replace(/\{(\w+)\}/g, (_, name) => {
    const text = words(name);
    return text.startsWith("-") ? `（${text}）` : text;
  });
  /** The measure and all that its formula needs, itself first; then what is taken from rows. */
  function needed(measure, found = new Set()) {
    found.add(measure);
    for (const [, code] of (measure.formula ?? "").matchAll(/\{(\w+)\}/g)) {
      if (measures.has(code) && !found.has(measures.get(code))) needed(measures.get(code), found);
    }
    return found;
  }
  function taken(measure, scope, year) {
    const from = data.sources[measure.source.rows];
    const rows = pick(from.rows, scope, year) ?? "";
    const runs = rows && !rows.startsWith("x") ? rows.split(",") : [];
    const said = runs.length ? `第${runs.join("、").replaceAll("-", "至")}行` : rows ? `${rows.slice(1)}行` : "没有行";
    const column = measure.source.column ? `“${measure.source.column}”` : "";
    return ["取自：", element("a", { textContent: from.table,
      href: runs.length ? `${from.page}?rows=${rows}#row-${parseInt(rows, 10)}` : from.page }),
    `${column}${from.where ?? ""}，${year}年，${said}，${measure.name}${inBase(measure, scope, year)}`];
  }
  /** The entry of a number, like those that the page lists under 每个数字的来历. */
  function entry(id, column, scope, words, origin) {
    const { measure, year } = column;
    const lines = [];
    if (measure.definition) lines.push([`含义：${measure.definition}`]);
    const years = column.change ? [year, year - 1] : [year];
    const kind = data.kinds[measure.kind];
    if (column.change) {
      const numbers = { now: inBase(measure, scope, year), before: inBase(measure, scope, year - 1) };
      lines.push([[measure.name + kind.name, filled(kind.formula, (name) => kind.words[name]),
        filled(kind.formula, (name) => numbers[name]), words].join("＝")]);
    }
    for (const when of years) {
      for (const one of needed(measure)) {
        if (one.formula) {
          lines.push([[`${when}年${one.name}`, filled(one.formula, (name) => measures.get(name)?.name ?? name),
            filled(one.formula, (name) => inBase(measures.get(name), scope, when)), inBase(one, scope, when)].join("＝")]);
        }
      }
    }
    for (const when of years) {
      for (const one of needed(measure)) if (one.source) lines.push(taken(one, scope, when));
    }
    lines.push([`口径：${levels[scope.by].told}`], [`依据：${data.bases[measure.basis]}`]);
    const name = column.change ? measure.name + kind.name : measure.name;
    return element("li", { id }, badge(origin),
      element("strong", { textContent: `${name}，${scope.name}，${year}年：${words}` }),
      lines.flatMap((line) => [element("br"), ...line]));
  }
  const entries = element("ol", { className: "sa-origin-list" });
  const waiting = new Map(); // the place of each number shown -> how its entry is made
  function fill(link) {
    const id = decodeURIComponent(link.hash.slice(1));
    if (!waiting.has(id) || document.getElementById(id)) return;
    entries.append(waiting.get(id)());
  }
  // Before explain.js, which looks for the entry when one points at the number or opens it.
  for (const event of ["pointerover", "focusin", "click"]) {
    root.addEventListener(event, (from) => {
      const link = from.target.closest?.("a.sa-figure");
      if (link) fill(link);
    }, true);
  }
  function numberLink(column, scope, cell, text = cell.words) {
    const { measure } = column;
    const id = place(column, scope);
    const unit = column.change ? measure.changes : column.told.unit;
    waiting.set(id, () =>
      entry(id, column, scope, isNumber(cell.words) ? cell.words + unit : cell.words, cell.origin));
    return element("a", { className: "sa-figure", href: `#${id}`, textContent: text });
  }
  const nothing = (why) => element("span", { className: "sa-why", textContent: data.why[why].word,
    title: data.why[why].told });

  // --- the table ---------------------------------------------------------------------------------------

  function named(scope) {
    return scope.page ? element("a", { href: scope.page, textContent: scope.name }) : scope.name;
  }
  const headOf = (column) => column.change
    ? `${column.measure.name}${column.year}年比上年（${column.measure.changes}）`
    : `${column.measure.name}${column.year}年${column.told.unit ? `（${column.told.unit}）` : ""}`;

  function table(every, told) {
    const shownColumns = columns(state).map((column) => ({ ...column, told: told.get(column.measure) }));
    const alike = new Set(state.what.map((code) => measures.get(code).origin)).size < 2;
    const reasons = new Map();
    const titles = state.what.map((code) => {
      const measure = measures.get(code);
      const { unit } = told.get(measure);
      return element("th", { scope: "colgroup", colSpan: shownColumns.filter((one) => one.measure === measure).length },
        alike ? "" : badge(measure.origin), unit ? `${measure.name}（${unit}）` : measure.name);
    });
    const heads = shownColumns.map((column) => {
      const down = state.sort === `-${column.key}`;
      const up = state.sort === column.key;
      const which = state.years.length > 2 ? `${column.year}年` : ""; // of several changes
      const words = column.change ? [`${which}比上年`, `（${column.measure.changes}）`] : [`${column.year}年`];
      const button = element("button", { type: "button",
        onclick: () => choose({ sort: up ? `-${column.key}` : column.key }) },
      words.map((word) => element("span", { textContent: word })));
      const head = element("th", { scope: "col", className: "sa-number" }, button);
      head.setAttribute("aria-sort", up ? "ascending" : down ? "descending" : "none");
      head.dataset.key = column.key;
      return head;
    });
    const rows = every.map((scope) => {
      const cellsOf = shownColumns.map((column) => {
        const cell = cellOf(column, scope, told);
        if (cell.why) {
          reasons.set(cell.why, (reasons.get(cell.why) ?? new Set()).add(column.measure.name));
          return element("td", { className: "sa-number" }, nothing(cell.why));
        }
        const apart = cell.origin !== column.measure.origin;
        return element("td", { className: "sa-number" }, apart ? badge(cell.origin) : "",
          numberLink(column, scope, cell));
      });
      return element("tr", {}, element("th", { scope: "row" }, named(scope)), cellsOf);
    });
    const caption = `${listed(state.what.map((code) => measures.get(code).name), 3)}，${yearsTold()}`;
    const frame = element("div", { className: "sa-frame", tabIndex: 0 },
      element("table", {},
        element("thead", {},
          element("tr", {}, element("th", { scope: "col", rowSpan: 2, textContent: "企业" }), titles),
          element("tr", {}, heads)),
        element("tbody", {}, rows)));
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", caption);
    const origin = weakest(state.what.map((code) => measures.get(code).origin));
    const why = [...reasons].map(([key, of]) =>
      element("li", {}, `${data.why[key].word}：${data.why[key].told}（${listed([...of], 4)}）。`));
    return element("figure", { className: "sa-table sa-compared" },
      element("figcaption", {}, badge(origin), caption), frame,
      element("ul", { className: "sa-note sa-reasons" }, notes(every).map((text) => element("li", {}, text)), why));
  }
  const yearsTold = () => state.years.map((year) => `${year}年`).join("、");
  const listed = (names, most) =>
    names.slice(0, most).join("、") + (names.length > most ? `等${names.length}个` : "");

  /** What has to be borne in mind when these are compared. */
  function notes(every) {
    const kinds = [...new Set(every.map((scope) => scope.by))];
    const found = [];
    if (kinds.length > 1) {
      found.push(`口径不同：${kinds.map((kind) => `${levels[kind].name}是${levels[kind].told}`).join("；")}。`);
    } else if (kinds[0] === "enterprise") found.push(`${levels.enterprise.told}。`);
    if (state.years.length > 1 && !columns(state).some((column) => column.change)) {
      found.push("只在相邻两年之间算增减。");
    }
    return found;
  }

  // --- the pictures ------------------------------------------------------------------------------------

  const SHAPES = [
    "M6 1a5 5 0 1 0 .01 0z", "M1.5 1.5h9v9h-9z", "M6 .8 11.4 10.6H.6z", "M6 .5 11.5 6 6 11.5.5 6z",
    "M6 11.2.6 1.4h10.8z", "M4 .8h4V4h3.2v4H8v3.2H4V8H.8V4H4z", "M.9 3 3 .9l3 3 3-3L11.1 3l-3 3 3 3L9 11.1l-3-3-3 3L.9 9l3-3z",
    "M3.5 .8h5L11.2 6 8.5 11.2h-5L.8 6z",
  ];
  const DASHES = ["none", "7 3", "2 3", "9 3 2 3"];
  const mark = (series, hollow = false) => svg("svg", { viewBox: "0 0 12 12", class: `sa-mark sa-series-${series}${hollow ? " sa-hollow" : ""}`,
    "aria-hidden": "true" }, svg("path", { d: SHAPES[series] }));

  function picture(measure, every, told) {
    const years = state.years.map(Number) // those of which there is anything to draw
      .filter((year) => every.some((scope) => figure(measure, scope, year).text));
    const column = (year) => ({ measure, year, told: told.get(measure), key: "" });
    const all = every.map((scope) => ({ scope, at: years.map((year) => {
      const cell = cellOf(column(year), scope, told);
      return { year, cell, number: cell.words === undefined ? null : numberOf(cell.words) };
    }) }));
    const rows = all.filter((row) => row.at.some((one) => one.number !== null));
    if (!rows.length) return null; // no numbers: the table says why, or that a rule holds
    const last = (row) => row.at.findLast((one) => one.number !== null);
    const unit = told.get(measure).unit;
    rows.sort((a, b) => last(b).number - last(a).number);
    const short = rows.every((row) => row.scope.name.length <= NAME); // there is room beside a line's end
    const drawn = years.length > 1 && rows.length <= LINES && short ? lines(rows, years, column) : dots(rows, years, column);
    const left = all.length - rows.length;
    return element("figure", { className: "sa-panel" },
      element("figcaption", {}, badge(weakest(rows.flatMap((row) => row.at.flatMap((one) => one.cell.origin ?? [])))),
        `${[`${measure.name}${unit ? `（${unit}）` : ""}`, finding(measure, rows, years, unit)].filter(Boolean).join("：")}`),
      drawn,
      left ? element("p", { className: "sa-note", textContent: `${left}户没有数，没有画，原因见表。` }) : "");
  }

  /** Which way a number went: by its printed change where there is one, else by all its digits. */
  function move(measure, scope, before, now, years) {
    const next = years.length === 2 && years[1] === years[0] + 1;
    const printed = next ? numberOf(pick(measure.since, scope, now.year) ?? "") : null;
    return Math.sign(printed ?? parseFloat(now.cell.text) - parseFloat(before.text));
  }

  /** What a picture shows, in words made of its numbers. */
  function finding(measure, every, years, unit) {
    const kinds = grouping(every.map((row) => ({ row, by: row.scope.by })), "by");
    // Of unlike scopes those are set against each other of which there are most: all of it is more than a part.
    const rows = [...kinds.values()].sort((a, b) => b.length - a.length)[0].map(({ row }) => row);
    const whose = kinds.size > 1 ? `${levels[rows[0].scope.by].name}里，` : "";
    const say = (one) => `${one.cell.words}${unit}`;
    const last = years.at(-1);
    const now = rows.map((row) => ({ row, one: row.at.at(-1) })).filter(({ one }) => one.number !== null);
    const both = now.filter(({ row }) => row.at[0].number !== null);
    const parts = [];
    if (now.length > 1) {
      const [high, low] = [now[0], now.at(-1)];
      parts.push(high.one.number === low.one.number ? `${last}年都是${say(high.one)}`
        : `${last}年${high.row.scope.name}最高，${say(high.one)}，${low.row.scope.name}最低，${say(low.one)}`);
    } else if (now.length && years.length === 1) parts.push(`${last}年${now[0].row.scope.name}${say(now[0].one)}`);
    if (years.length > 1 && both.length) {
      const moves = both.map(({ row, one }) => move(measure, row.scope, row.at[0].cell, one, years));
      const count = (sign) => moves.filter((move) => move === sign).length;
      if (both.length === 1) {
        const { row, one } = both[0];
        parts.push(`${row.scope.name}由${years[0]}年的${say(row.at[0])}${["降到", "仍为", "升到"][moves[0] + 1]}${say(one)}`);
      } else {
        const told = [["上升", 1], ["下降", -1], ["持平", 0]].filter(([, sign]) => count(sign))
          .map(([word, sign]) => (count(sign) === both.length ? `都${word}` : `${count(sign)}个${word}`));
        parts.push(`比${years[0]}年${told.join("、")}`);
      }
    }
    return parts.length ? whose + parts.join("；") : "";
  }

  const spread = (rows) => {
    const numbers = rows.flatMap((row) => row.at.map((one) => one.number)).filter((one) => one !== null);
    return [Math.min(...numbers), Math.max(...numbers)];
  };

  /** One line an enterprise: its first number left, its last one and its name right. */
  function lines(rows, years, column) {
    const [low, high] = spread(rows);
    const height = Math.max(170, rows.length * 26 + 20);
    const y = (number) => (high === low ? height / 2 : 12 + (height - 24) * (high - number) / (high - low));
    const x = (i) => 100 * i / (years.length - 1);
    const apart = (wanted) => { // labels one below the other, each as near to its point as there is room
      const order = wanted.map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at);
      const step = Math.min(24, height / order.length);
      order.forEach((one, n) => { one.at = Math.max(one.at, n ? order[n - 1].at + step : 10); });
      order.reverse().forEach((one, n) => { one.at = Math.min(one.at, n ? order[n - 1].at - step : height - 10); });
      const placed = [];
      order.forEach((one) => { placed[one.i] = one.at; });
      return placed;
    };
    const ends = rows.map((row) => row.at.findLast((one) => one.number !== null));
    const begins = rows.map((row) => row.at.find((one) => one.number !== null));
    const right = apart(ends.map((one) => y(one.number)));
    const left = apart(begins.map((one) => y(one.number)));
    const plot = element("div", { className: "sa-plot" });
    plot.style.height = `${height}px`;
    const drawing = svg("svg", { viewBox: `0 0 100 ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    years.forEach((_, i) => drawing.append(svg("line", { x1: x(i), x2: x(i), y1: 0, y2: height, class: "sa-year" })));
    plot.append(drawing);
    rows.forEach((row, n) => {
      const points = row.at.map((one, i) => (one.number === null ? null : `${x(i)},${y(one.number)}`)).filter(Boolean);
      drawing.append(svg("polyline", { points: points.join(" "), class: `sa-line sa-series-${n}`,
        "stroke-dasharray": DASHES[n % DASHES.length] }));
      row.at.forEach((one, i) => {
        if (one.number === null) return;
        const dot = mark(n);
        dot.style.cssText = `left:${x(i)}%;top:${y(one.number)}px`;
        plot.append(dot);
      });
    });
    const label = (top, ...children) => {
      const made = element("span", { className: "sa-label" }, children);
      made.style.top = `${top}px`;
      return made;
    };
    const side = (side, labels) => {
      const made = element("div", { className: `sa-side sa-side-${side}` }, labels);
      made.style.height = `${height}px`;
      return made;
    };
    return element("div", { className: "sa-lines" },
      side("left", rows.map((row, n) =>
        label(left[n], numberLink(column(begins[n].year), row.scope, begins[n].cell)))),
      plot,
      side("right", rows.map((row, n) =>
        label(right[n], mark(n), numberLink(column(ends[n].year), row.scope, ends[n].cell), ` ${row.scope.name}`))),
      element("div", { className: "sa-years" }, years.map((year) => element("span", { textContent: `${year}年` }))));
  }

  /** One row an enterprise, a mark for each year; bars from nought for amounts that differ much. */
  function dots(rows, years, column) {
    let [low, high] = spread(rows);
    const bars = years.length === 1 && (low <= 0 || high - low > high / 2);
    if (bars) [low, high] = [Math.min(0, low), Math.max(0, high)];
    const room = (high - low || Math.abs(high) || 1) * (bars ? 0 : 0.06);
    [low, high] = [low - room, high + room];
    const x = (number) => (high === low ? 50 : 100 * (number - low) / (high - low));
    const items = rows.map((row) => {
      const track = element("span", { className: "sa-track", "aria-hidden": "true" });
      const known = row.at.map((one, i) => ({ ...one, i })).filter((one) => one.number !== null);
      if (bars) {
        const bar = element("span", { className: known[0].number < 0 ? "sa-bar sa-minus" : "sa-bar" });
        const [from, to] = [x(0), x(known[0].number)].sort((a, b) => a - b);
        bar.style.cssText = `left:${from}%;width:${to - from}%`;
        track.append(bar);
      } else {
        const ends = known.map((one) => x(one.number));
        const span = element("span", { className: "sa-span" });
        span.style.cssText = `left:${Math.min(...ends)}%;width:${Math.max(...ends) - Math.min(...ends)}%`;
        track.append(span, ...known.map((one) => {
          const dot = mark(0, one.i < years.length - 1);
          dot.style.left = `${x(one.number)}%`;
          return dot;
        }));
      }
      const told = known.length > SHOWN ? [known[0], known.at(-1)] : known;
      const numbers = told.flatMap((one, n) => [n ? "→" : "", numberLink(column(one.year), row.scope, one.cell)]);
      return element("li", {}, element("span", { className: "sa-who", textContent: row.scope.name }), track,
        element("span", { className: "sa-values" }, numbers));
    });
    const words = [bars ? "" : "横轴不从零起", years.length > 1 ? `空心是${years.slice(0, -1).join("、")}年，实心是${years.at(-1)}年` : ""]
      .filter(Boolean).join("；");
    return element("div", {}, element("ul", { className: "sa-dots" }, items),
      words ? element("p", { className: "sa-note", textContent: `${words}。` }) : "");
  }

  // --- taking it away ----------------------------------------------------------------------------------

  const status = element("p", { className: "sa-shown", id: "sa-compare-shown" });
  status.setAttribute("role", "status");
  const done = element("span", { className: "sa-copied" });
  done.setAttribute("role", "status");
  const say = (text) => {
    done.textContent = text;
    setTimeout(() => { done.textContent = ""; }, 2500);
  };
  function texts() {
    const told = new Map(state.what.map((code) => [measures.get(code), toldOf(measures.get(code))]));
    const head = ["企业", ...columns(state).map((column) => headOf({ ...column, told: told.get(column.measure) }))];
    const rows = [...output.querySelectorAll(".sa-compared tbody tr")]
      .map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
    return [head, ...rows];
  }
  const origin = () => weakest(state.what.map((code) => measures.get(code).origin));
  function csv() {
    const [head, ...rows] = texts();
    const word = data.origins[origin()];
    const name = origin() === origins[0] ? "比一比.csv" : `${word}-比一比.csv`;
    taking.save(taking.csv([[...head, "来源"], ...rows.map((row) => [...row, word])]), name);
  }
  async function copyTable() {
    const rows = texts();
    const plain = element("table", {}, rows.map((row, n) => element("tr", {},
      row.map((text) => element(n ? "td" : "th", { textContent: text })))));
    const caption = `【${data.origins[origin()]}】${output.querySelector(".sa-compared figcaption").lastChild.textContent}`;
    const text = [caption, ...rows.map((row) => row.join("\t"))].join("\n");
    const html = element("div", {}, element("p", { textContent: caption }), plain).outerHTML;
    say(await taking.copied(text, { html }) ? "已复制表格" : "没有复制成，请选中表格再复制");
  }
  const full = () => new URL(address(state), location.href).href;
  const actions = element("p", { className: "sa-actions" },
    element("button", { type: "button", textContent: "复制链接",
      onclick: async () => say(await taking.copied(full()) ? "已复制链接" : "链接在地址栏里") }),
    element("button", { type: "button", textContent: "复制表格", onclick: copyTable }),
    element("button", { type: "button", textContent: "下载表格（CSV）", onclick: csv }), done);

  // --- showing it ---------------------------------------------------------------------------------------

  const troubles = element("p", { className: "sa-unknown", hidden: true });
  troubles.setAttribute("role", "alert");
  const output = element("div", { className: "sa-output" });
  const where = element("details", { className: "sa-origins" },
    element("summary", { textContent: "这些数字的来历" }), entries);
  where.addEventListener("toggle", () => {
    if (where.open) output.querySelectorAll(".sa-compared a.sa-figure").forEach(fill);
  });

  function show() {
    boxes.forEach((one) => { one.box.checked = state[one.key].includes(one.code); });
    const all = chosen();
    const names = { who: listed(all.map((scope) => scope.name), 2), years: yearsTold(),
      what: listed(state.what.map((code) => measures.get(code).name), 2) };
    for (const [key, one] of Object.entries(pickers)) one.told.textContent = names[key] || "没有选";
    troubles.hidden = !trouble;
    troubles.textContent = trouble;
    waiting.clear();
    entries.replaceChildren();
    where.open = false;
    const empty = Object.keys(KNOWN).filter((key) => !state[key].length).map((key) => NAMES[key]);
    where.hidden = actions.hidden = empty.length > 0;
    if (empty.length) {
      status.textContent = `还没有选${empty.join("、")}：在上面选，图和表就出来。`;
      output.replaceChildren();
      return;
    }
    const told = new Map(state.what.map((code) => [measures.get(code), toldOf(measures.get(code))]));
    const rows = sorted(all, told);
    const every = state.what.slice(0, PANELS).map((code) => picture(measures.get(code), rows, told)).filter(Boolean);
    const more = state.what.length > PANELS ? `，图只画前${PANELS}个指标` : "";
    status.textContent = `正在比：${all.length}个对象（${names.who}），${state.what.length}个指标（${names.what}），`
      + `${names.years}；图${every.length}幅，表${rows.length}行${more}。`;
    const key = document.activeElement?.closest?.("th")?.dataset.key; // whoever sorts goes on from there
    output.replaceChildren(element("div", { className: "sa-panels" }, every), table(rows, told));
    if (key) output.querySelector(`th[data-key="${CSS.escape(key)}"] button`)?.focus({ preventScroll: true });
  }

  const still = element("details", { className: "sa-still" },
    element("summary", { textContent: "各一级企业的主要数字，不用选" }));
  still.append(...root.querySelectorAll(":scope > figure"));
  const how = element("p", { className: "sa-how", textContent:
    "选企业、指标和年度，下面就出图和表。选了什么，写在网页地址里，可以收藏，也可以发给别人。" });
  root.append(how, troubles, element("div", { className: "sa-pickers" }, Object.values(pickers).map((one) => one.made)),
    status, actions, output, where, still);
  addEventListener("popstate", () => {
    const before = address(state) + trouble;
    read();
    if (address(state) + trouble !== before) show(); // else somebody followed a link on the page
  });
  read();
  show();
})();
