// What the book's search finds: pure functions over the index, without a page.
"use strict";
window.stateAssetsFinding = (() => {
  const UNITS = "亿元|万元|元|亿|万|%|‰|个百分点|百分点|户|家|人|倍|项|个|年";
  const KINDS = ["指标", "名词", "企业", "预警规则", "数据表", "报告用语", "章节"]; // in this order
  const CLOSE = 3; // a name that costs less than this is what was typed, not only something like it
  const SPELT = 5; // names that a word in pinyin may stand for
  const COMMON = 3; // names that have a word in common which no list has
  const ANSWERS = 3; // figures that a question may mean
  // What a question asks with, which no page says.
  const ASKING = new Set(["是多少", "有多少", "多少", "有几", "几个", "怎么样", "怎样", "如何", "是什么", "什么",
    "请问", "查询", "有", "的", "了", "是", "吗", "呢", "在", "和", "与", "给"]);
  // Words about a figure's growth: its answer says that anyway.
  const GROWTH = new Set(["同比", "增速", "增长", "增长率", "增长了", "下降", "增加", "减少", "上升", "比上年", "变化", "涨了"]);
  const ENDINGS = new Set(["率", "数", "额", "家", "户"]); // what makes another word of a word
  const WHOLE = ["全区", "本区", "区属", "国企", "国有企业", "区属国企", "全区国企"]; // the district, all together
  // Questions that ask whose number is the greatest or the least, not how much it is.
  const WHO = new Set(["谁", "谁家", "哪些", "哪家", "哪户", "哪个", "哪几家", "哪几户"]);
  const EXTREMES = new Map([["最多", -1], ["最高", -1], ["最大", -1], ["最少", 1], ["最低", 1], ["最小", 1]]);
  const ANYONE = new Set(["企业", "公司", "集团", "国企", "国有企业", "一级企业"]); // what it is asked among
  const CERTAIN = 1; // a measure that is nearer than this to what was typed is the one that was meant
  const ORIGINS = ["真实", "自定", "示例"]; // the surest first
  const LISTED = 8; // enterprises that are there instead
  const TIMES = new Map([["本年", 0], ["今年", 0], ["当年", 0], ["上年", 1], ["去年", 1], ["上一年", 1]]); // years back

  const NUMBER = new RegExp(`^-?\\d[\\d.]*(?:${UNITS})?$`);
  const RUN = new RegExp(`^(?:\\d[\\d.,]*(?:年末|${UNITS})?|[a-z_]+\\d*)`);

  const isDigit = (c) => c !== undefined && c >= "0" && c <= "9";
  const isLatin = (c) => c !== undefined && /[a-z0-9]/.test(c);
  const isHan = (c) => c >= "\u4e00" && c <= "\u9fff";

  /** Text as it is compared, and for each of its characters the place it came from. */
  function normalise(text) {
    const [raw, places] = [[], []]; // narrow spaces part thousands: some write 1 234 with these
    for (let i = 0; i < text.length; i += 1) {
      const c = text[i];
      if (isHan(c)) {
        raw.push(c);
        places.push(i);
      } else if (/[\u00a0\u2009\u202f]/.test(c)) {
        raw.push("\u00a0");
        places.push(i);
      } else {
        for (const plain of c.normalize("NFKC").toLowerCase().replace("\u2212", "-")) {
          raw.push(plain);
          places.push(i);
        }
      }
    }
    const out = [];
    const from = [];
    for (let k = 0; k < raw.length; k += 1) {
      let c = raw[k];
      const before = out[out.length - 1];
      if (c === "\u00a0" || (c === "," && text[places[k]] === ",")) {
        const three = isDigit(raw[k + 1]) && isDigit(raw[k + 2]) && isDigit(raw[k + 3]);
        if (isDigit(before) && three && !isDigit(raw[k + 4])) continue;
      }
      if (c !== "\n" && /\s/.test(c)) {
        // A space counts only where it parts two words or numbers: "2022 2023".
        let n = k + 1;
        while (raw[n] !== undefined && raw[n] !== "\n" && /\s/.test(raw[n])) n += 1;
        if (!(isLatin(before) && isLatin(raw[n]))) continue;
        c = " ";
      }
      out.push(c);
      from.push(places[k]);
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
    return spellings.length > 1 ? found.sort((a, b) => a[0] - b[0]) : found;
  }

  // --- names --------------------------------------------------------------------------------

  /** Pinyin as people write it who do not tell zh from z, ing from in, ü from u. */
  const folded = (sound) =>
    sound.replace(/ü/g, "v").replace(/([zcs])h/g, "$1").replace(/([aei])ng/g, "$1n")
      .replace(/([ln])(?:v|u)(?![aeino])/g, "$1v");

  /**
   * Changes, omissions and insertions that part the word from the text, or from its beginning;
   * Infinity where there are more than ``most``. Only what can still be near is looked at.
   */
  function distance(word, text, most) {
    if (word.length > text.length + most) return Infinity;
    let row = Array.from({ length: word.length + 1 }, (_, i) => (i > most ? Infinity : i));
    let best = Infinity; // against the text's beginnings that are about as long
    for (let j = 1; j <= Math.min(text.length, word.length + most); j += 1) {
      const next = new Array(word.length + 1).fill(Infinity);
      if (j <= most) next[0] = j;
      let nearest = next[0];
      for (let i = Math.max(1, j - most); i <= Math.min(word.length, j + most); i += 1) {
        const same = word[i - 1] === text[j - 1] ? 0 : 1;
        next[i] = Math.min(row[i - 1] + same, row[i] + 1, next[i - 1] + 1);
        nearest = Math.min(nearest, next[i]);
      }
      if (nearest > most) break;
      row = next;
      best = Math.min(best, row[word.length]);
    }
    return best <= most ? best : Infinity;
  }

  /** How far a name is from what was typed; 0 is the same, Infinity something else. */
  function cost(name, word) {
    let least = Infinity;
    name.keys.forEach((key, i) => {
      const also = i ? 0.5 : 0; // its other names come after its own
      if (key === word) least = Math.min(least, also);
      else if (key.startsWith(word)) least = Math.min(least, 1 + also);
      else if (key.includes(word)) least = Math.min(least, 2 + also);
      else if (key.length > 2 && word.includes(key)) least = Math.min(least, 2.4 + also);
    });
    if (!/^[a-zü_ ]{2,}$/.test(word)) return least;
    if (name.english) {
      const plain = word.replace(/[_ ]/g, "");
      if (name.english.join("") === plain) least = Math.min(least, 0.3);
      else if (name.english.join("").startsWith(plain)) least = Math.min(least, 1.3);
      else if (name.english.includes(plain)) least = Math.min(least, 2.3);
    }
    name.sounds.forEach(({ full, initials, starts }, i) => {
      const also = i ? 0.5 : 0;
      if (full === word || initials === word) least = Math.min(least, 0.2 + also);
      else if (initials.startsWith(word) || full.startsWith(word)) least = Math.min(least, 1.2 + also);
      else if (word.length > 2 && initials.includes(word)) least = Math.min(least, 2.2 + also);
      else if (word.length > 3 && starts.includes(full.indexOf(word))) least = Math.min(least, 2.2 + also);
    });
    return least;
  }

  /** The same for what was mistyped. */
  function far(name, word) {
    let least = Infinity;
    if (/^[a-zü]{4,}$/.test(word)) {
      const sound = folded(word);
      for (const { full, bent, initials } of name.sounds) {
        if (bent[0] === sound) return CLOSE;
        if (word.length > 4 && initials.length > 4) {
          least = Math.min(least, CLOSE + 1.5 + distance(word, initials, 1) + initials.length / 100);
        }
        if (bent[0].startsWith(sound)) least = Math.min(least, CLOSE + 0.5);
        if (sound.length > 4 && bent.some((rest) => rest.startsWith(sound))) {
          least = Math.min(least, CLOSE + 0.8);
        }
        const most = Math.min(2, Math.floor(sound.length / 5));
        if (most) least = Math.min(least, CLOSE + 1 + distance(sound, bent[0], most) + full.length / 100);
      }
    } else if (word.length > 3 && isHan(word[0])) {
      const most = word.length > 7 ? 2 : 1;
      for (const key of name.keys) least = Math.min(least, CLOSE + 1 + distance(word, key, most));
    }
    return least;
  }

  /**
   * Names that the word means, nearest first, as {name, cost}. ``also`` are other words for it, and
   * ``parts`` what it is made of, each with other words for it.
   */
  function named(names, word, also = [], parts = []) {
    const among = (measure) => names.map((name) => ({ name, cost: measure(name) }))
      .filter((hit) => hit.cost < Infinity)
      .sort((a, b) => a.cost - b.cost || a.name.kind - b.name.kind
        || a.name.text.length - b.name.text.length);
    const called = (name) => also.reduce((least, other, i) => {
      const as = cost(name, other);
      return as < 1.5 ? Math.min(least, 0.6 + as + i / 10) : least;
    }, cost(name, word));
    const made = (name) => (parts.length > 1 && name.keys.some((key) =>
      parts.every((one) => one.some((part) => key.includes(part)))) ? 2.3 : Infinity);
    const meant = (name) => (parts.length > 1 ? Math.min(...parts.flat().map((part, i) =>
      (cost(name, part) < 1 ? 2.8 + i / 100 : Infinity))) : Infinity);
    const nearest = (name) => Math.min(called(name), made(name));
    // Beside what the whole word is near to, also what one of its parts just means: 没有房产证 is about 无证资产.
    const near = among(nearest);
    if (near.length) return near[0].cost < 2 ? near : among((name) => Math.min(nearest(name), meant(name)));
    const found = among((name) => far(name, word));
    return found.length ? found : among(meant);
  }

  // --- queries ------------------------------------------------------------------------------

  /**
   * A word written without spaces as the ``known`` words that it is made of, as few as may be, or []
   * where some of it is none. What asks is left out.
   */
  function divided(word, longest, known) {
    const best = [{ cost: 0, parts: [] }]; // up to each place
    const take = (from, to, cost, part) => {
      const total = best[from].cost + cost;
      if (best[to] && best[to].cost <= total) return;
      best[to] = { cost: total, parts: part === null ? best[from].parts : [...best[from].parts, part] };
    };
    for (let at = 0; at < word.length; at += 1) {
      if (!best[at]) continue;
      const run = RUN.exec(word.slice(at));
      if (run) take(at, at + run[0].length, 1, run[0]);
      for (let to = Math.min(word.length, at + longest); to > at; to -= 1) {
        const part = word.slice(at, to);
        if (ASKING.has(part)) take(at, to, 0.8, null);
        else if (known(part)) take(at, to, 1, part);
        else if (to === at + 1 && ENDINGS.has(part) && at) take(at, to, 1.5, part);
      }
    }
    return best[word.length]?.parts ?? [];
  }

  /** Other words for a word: its own name for a thing that has it, then what everyday words mean. */
  const others = (word, book) => book.words.get(word) ?? [];

  /** Spellings of a word: as typed, with the book's name for what is called otherwise, everyday words. */
  function spelt(word, book) {
    const spellings = [word];
    for (const [alias, term] of book.aliases) {
      if (word.includes(alias)) spellings.push(word.split(alias).join(term));
    }
    return [...spellings, ...others(word, book)];
  }

  /** Does any page say this? */
  const said = (word, book) => book.pages.some(({ title, sections }) => title.text.includes(word)
    || sections.some(({ heading, body }) => body.text.includes(word) || heading.text.includes(word)));

  /** What a word is made of: of words that the book knows, else, if no page has it, of any that pages have. */
  function partsOf(word, book) {
    const made = divided(word, book.longest, (part) => book.vocabulary.has(part));
    if (made.length || !/[\u4e00-\u9fff]{4}/.test(word) || said(word, book)) return made;
    const heard = new Map();
    return divided(word, book.longest, (part) => {
      if (!heard.has(part)) {
        heard.set(part, book.vocabulary.has(part) || (part.length > 1 && isHan(part[0]) && said(part, book)));
      }
      return heard.get(part);
    });
  }

  /**
   * The words of a query, as {word, spellings, meant, parts}: each typed one with the names that it
   * means, and what it is made of with the spellings of each part. What stands in quotation marks is
   * one word, to be found as it is.
   */
  function parse(query, book) {
    const exact = [];
    const rest = query.replace(/[“"「『]([^“”"「」『』]+)[”"」』]/g, (_, quoted) => {
      exact.push(normalise(quoted).text);
      return " ";
    });
    const joined = rest
      .normalize("NFKC")
      .replace(new RegExp(`(\\d)\\s+(?=(?:${UNITS})(?:\\s|$))`, "g"), "$1")
      .replace(/(\d{4})\s+(?=年)/g, "$1")
      .replace(/([a-zü])['’](?=[a-z])/gi, "$1");
    const latin = (word) => { // labor is spelt as the program spells it
      const other = others(word, book)[0];
      return other && /^[a-z]+$/.test(other) ? other : word;
    };
    const typed = joined.split(/\s+/).map((w) => latin(normalise(w).text)).filter(Boolean);
    // Pinyin may be parted by syllables, as English names are by words: zi chan fu zhai lv.
    const run = typed.length > 1 && typed.every((w) => /^[a-zü]+$/.test(w)) ? typed.join(" ") : "";
    const one = run && [run.replace(/ /g, ""), run].find((word) =>
      others(word, book).length || named(book.names, word).length);
    return [
      ...exact.filter(Boolean).map((word) => ({ word, spellings: [word], parts: [[word]], exact: true,
        meant: named(book.names, word).filter(({ name }) => name.keys.some((key) => key.includes(word))) })),
      ...(one ? [one] : typed).map((word) => {
        const spellings = spelt(word, book);
        const made = partsOf(word, book);
        const parts = made.length ? made.map((part) => spelt(part, book)) : [spellings];
        return { word, spellings, parts, meant: named(book.names, word, others(word, book), parts) };
      }),
    ];
  }

  /** The index as it is searched, made ready once. */
  function prepare(index) {
    const field = (text) => ({ raw: text, ...normalise(text) });
    const names = index.names.map(({ k, n, o, p, d, u }) => ({
      kind: KINDS.indexOf(k), label: k, text: n, told: d, address: u, others: o,
      english: /#(?:measure|rule)-([a-z_0-9]+)$/.exec(u)?.[1].split("_"), // its name in the program
      keys: [n, ...o].map((one) => normalise(one).text),
      sounds: p.map((syllables) => {
        const parts = syllables.split(" ");
        const full = parts.join("");
        let at = 0;
        const starts = parts.map((part) => (at += part.length) - part.length);
        const bent = parts.map((_, i) => folded(parts.slice(i).join(""))); // from each syllable on
        return { full, bent, initials: parts.map((s) => s[0]).join(""), starts };
      }),
    }));
    const aliases = Object.entries(index.aliases)
      .map(([alias, term]) => [normalise(alias).text, normalise(term).text])
      .filter(([alias, term]) => alias && !term.includes(alias)); // else found anyway
    const pages = index.pages.map((page) => ({
      title: field(page.t),
      address: page.u,
      sections: page.s.map((s) => ({ anchor: s.a, heading: field(s.h), body: field(s.x) })),
    }));
    const plain = (text) => normalise(text).text;
    const words = new Map(Object.entries(index.words).map(([word, terms]) => [plain(word), terms.map(plain)]));
    const answers = figuresOf(index, names);
    return { names, aliases, pages, words, answers, ...vocabularyOf(names, words, answers, pages) };
  }

  /**
   * The words that a query without spaces is divided into: names, everyday words, whose a figure
   * may be, what several names have in common (预警, 完成), and what stands in many cells (红色).
   * ``longest`` is the length of the longest.
   */
  function vocabularyOf(names, words, answers, pages) {
    const whole = [...names.flatMap((name) => name.keys), ...[...words].flatMap(([word, terms]) => [word, ...terms]),
      ...answers.scopes.keys(), ...WHOLE, ...TIMES.keys(), ...GROWTH, ...WHO, ...EXTREMES.keys(), ...ANYONE];
    const times = new Map();
    for (const key of new Set(names.flatMap((name) => name.keys))) {
      const runs = key.match(/[\u4e00-\u9fff]{2,}/g) ?? [];
      // Pairs only: longer pieces that names share are mostly several words, 整改完成.
      const inside = new Set(runs.flatMap((run) =>
        Array.from({ length: run.length - 1 }, (_, i) => run.slice(i, i + 2))));
      for (const part of inside) times.set(part, (times.get(part) ?? 0) + 1);
    }
    for (const { sections } of pages) {
      for (const { body } of sections) {
        for (const [, cell] of body.text.matchAll(/\|([\u4e00-\u9fff]{2,4})(?=\|)/g)) {
          times.set(cell, (times.get(cell) ?? 0) + 1);
        }
      }
    }
    const common = [...times].filter(([, count]) => count >= COMMON).map(([part]) => part);
    const vocabulary = new Set([...whole, ...common].filter(Boolean));
    return { vocabulary, longest: Math.max(1, ...[...vocabulary].map((word) => word.length)) };
  }

  /** The figures by measure, and whose they are by all names of these. */
  function figuresOf({ answers, pages }, names) {
    const named = new Map(names.filter((name) => name.label === "指标").map((name) =>
      [name.address.split("#measure-")[1], name]));
    const measures = new Map(Object.entries(answers.measures).map(([id, text]) => {
      const own = named.get(id) ?? { text, keys: [normalise(text).text], sounds: [], others: [], english: id.split("_") };
      // A figure of the year's end is asked for without these words.
      const keys = [...own.keys, ...own.keys.filter((key) => /^年末./.test(key)).map((key) => key.slice(2))];
      return [id, { id, text, name: { ...own, keys }, figures: [], carried: null }];
    }));
    const taken = new Set([...measures.values()].flatMap(({ name }) => name.keys));
    for (const { name } of measures.values()) { // nor is what stands in brackets to tell two from each other
      const bare = name.keys[0].replace(/\([^()]*\)$/, "");
      if (!bare || taken.has(bare)) continue;
      name.keys.push(bare);
      name.sounds = [...name.sounds, ...name.sounds.slice(0, 1).map((sound) => ({ ...sound,
        full: sound.full.slice(0, sound.starts[bare.length]), initials: sound.initials.slice(0, bare.length) }))];
    }
    for (const [id, scope, year, value, growth, origin, page, section, end] of answers.figures) {
      const [measure, kind] = id.split(".");
      const { u, t, s } = pages[page];
      const place = `figure-${id}${scope && `-${scope}`}-${year}`;
      measures.get(measure)?.figures.push({
        measure: answers.measures[measure], scope, whose: answers.scopes[scope], year: kind ? year - 1 : year, end,
        value, growth, origin, last: Boolean(kind), place: `${u}#${place}`,
        address: `${u}#${s[section].a}`, page: t, section: s[section].h,
      });
    }
    const whose = new Map(Object.entries(answers.scopes));
    if (answers.compared) carry(answers.compared, pages, measures, whose);
    const scopes = new Map(); // the groups before their own companies
    for (const [id, text] of [...whose].sort(([a], [b]) => b.startsWith("group-") - a.startsWith("group-"))) {
      const key = normalise(text).text;
      for (const called of id ? [key, key.replace(/^[一二三四五六]级/, "")] : [key, ...WHOLE]) {
        scopes.set(called, [...(scopes.get(called) ?? []), id]);
      }
    }
    const years = new Set([...measures.values()].flatMap(({ figures }) => figures.map(({ year }) => year)));
    return { measures: [...measures.values()], scopes, whose, years };
  }

  /**
   * Let measures know the numbers that 比一比 carries: ``carried`` has the ``years`` of a scope, its
   * ``figure`` of one and its ``size``, the number itself. A scope that has numbers only there is known, too.
   */
  function carry(compared, pages, measures, whose) {
    const { cells, isNumber, shown, toldIn } = window.stateAssetsNumbers(compared);
    const { u, t } = pages[compared.page];
    const at = new Map();
    const counts = {};
    for (const [code, by, name] of compared.scopes) {
      const id = code.replace(":", "-");
      if (!whose.has(id)) whose.set(id, name);
      counts[by] = (counts[by] ?? -1) + 1;
      at.set(id, { code, by, row: counts[by] });
    }
    for (const [id, [unit, decimals, origin, values]] of Object.entries(compared.measures)) {
      const measure = measures.get(id);
      if (!measure) continue;
      const text = (scope, year) => {
        const { by, row } = at.get(scope) ?? {};
        const found = values[by] && cells(values[by])[row]?.[compared.years.indexOf(year)];
        return found && isNumber(found) ? found : null;
      };
      const end = measure.figures.some((figure) => figure.end);
      measure.carried = {
        size: (scope, year) => (text(scope, year) === null ? null : parseFloat(text(scope, year))),
        years: (scope) => compared.years.filter((year) => text(scope, year) !== null),
        figure: (scope, year) => {
          const number = text(scope, year);
          if (number === null) return null;
          const told = toldIn({ unit, decimals }, [number]);
          const address = `${u}?who=${at.get(scope).code}&what=${id}&years=${year}`;
          return { measure: measure.text, scope, whose: whose.get(scope), year, end, value: `${shown(number, told)}${told.unit}`,
            growth: "", origin, last: false, place: "", address, page: t, section: "" };
        },
      };
    }
  }

  /** Is some word of each list in one block of the text: in a sentence's paragraph, in a row? */
  function together(text, found) {
    const block = ([at]) => text.lastIndexOf("\n", at);
    const [first, ...rest] = found.map((ones) => new Set(ones.map(block)));
    for (const one of first) if (rest.every((blocks) => blocks.has(one))) return one;
    return null;
  }

  /**
   * Pages in which some section, its heading and the page's title have all the words; those that have
   * ``phrases``, which were typed, first, then as near as the words stand.
   */
  function pagesWith(words, book, phrases = []) {
    const pages = [];
    const has = (text, spellings) => spellings.some((word) => text.includes(word));
    for (const page of book.pages) {
      const inTitle = words.map((w) => places(page.title.text, w).length > 0);
      const hits = [];
      for (const section of page.sections) {
        const [head, text] = [section.heading.text, section.body.text];
        if (!words.every((w, i) => inTitle[i] || has(text, w) || has(head, w))) continue;
        const heading = words.map((w) => places(head, w));
        const body = words.map((w) => places(text, w));
        const own = heading.flat().length + body.flat().length;
        const all = words.every((_, i) => inTitle[i] || heading[i].length || body[i].length);
        if (own && all) {
          const marks = { heading: heading.flat(), body: body.flat().sort((a, b) => a[0] - b[0]) };
          const said = phrases.filter((phrase) => text.includes(phrase) || head.includes(phrase)
            || page.title.text.includes(phrase)).length;
          const block = words.length > 1 ? together(text, body) : null;
          const first = block === null ? 0 : Math.max(0, marks.body.findIndex(([at]) => at > block));
          const near = Number(block !== null) + Number(heading.every((h) => h.length));
          hits.push({ section, marks, first, said, near, headed: heading.filter((h) => h.length).length, own });
        }
      }
      if (hits.length) {
        if (words.length > 1) hits.sort((a, b) => b.said - a.said || b.near - a.near);
        const most = (field) => Math.max(...hits.map((h) => h[field]));
        pages.push({
          page,
          hits,
          titled: inTitle.filter(Boolean).length,
          said: most("said"),
          near: most("near"),
          headed: most("headed"),
          count: hits.reduce((sum, h) => sum + h.own, 0),
        });
      }
    }
    return pages.sort((a, b) => b.titled - a.titled || b.said - a.said || b.headed - a.headed
      || b.near - a.near || b.count - a.count);
  }

  /** The names that a word in pinyin stands for: those just so called, else those that begin so. */
  function spoken({ word, meant }) {
    if (!/^[a-zü_ ]{2,}$/.test(word)) return [];
    const near = meant.filter((hit) => hit.cost < CLOSE);
    const same = near.filter((hit) => hit.cost < 1);
    const texts = (same.length ? same : near).slice(0, SPELT).map(({ name }) => name.keys[0]);
    return texts.filter((text) => !texts.some((other) => other !== text && text.includes(other)));
  }

  // --- figures ------------------------------------------------------------------------------

  /** How far a measure is from words that all mean it: 0 where they are all of a name of it. */
  function asked({ name }, words, whole) {
    let least = Infinity;
    for (const key of name.keys) {
      let [used, late] = [0, 0]; // what stands first among other words for a word is meant first
      for (const spellings of words) {
        const said = spellings.reduce((most, one) => (one.length > most.length && key.includes(one) ? one : most), "");
        used = said ? used + said.length : NaN;
        late += spellings.indexOf(said);
      }
      const rest = key.length - used;
      if (rest <= 0) least = Math.min(least, 0.1 + late / 1000);
      else if (rest > 0) least = Math.min(least, 1 + rest / key.length);
    }
    const called = /[a-z]/.test(whole) ? cost(name, whole) : 1; // pinyin, or its name in English
    return called < 1 ? Math.min(least, 0.1 + called / 10) : least;
  }

  /** Of which years there is a measure of a scope. */
  const yearsOf = (measure, id) => [...new Set([
    ...measure.figures.filter((one) => one.scope === id).map((one) => one.year),
    ...(measure.carried?.years(id) ?? []),
  ])].sort();
  /** A measure of a scope in a year: as a page prints it, else as 比一比 has it; null where there is none. */
  const figureOf = (measure, id, year) => {
    const own = measure.figures.filter((one) => one.scope === id && one.year === year);
    return own.find((one) => !one.last) ?? own[0] ?? measure.carried?.figure(id, year) ?? null;
  };
  const listed = (years) => (years.length > 2 && years.at(-1) - years[0] === years.length - 1
    ? `${years[0]}年至${years.at(-1)}年` : years.map((year) => `${year}年`).join("、"));
  const lacking = (what, years) => `本书没有${what}${years.length ? `；有${listed(years)}的` : ""}。`;

  /** What words ask for: ``years``, ``back`` from the last one, ``whose``, ``who`` (-1: the greatest, 1: the least), ``numbers``, and the ``rest``. */
  function wanted(parts, scopes) {
    const found = { years: [], back: 0, whose: [], who: 0, numbers: [], rest: [] };
    for (const spellings of parts) {
      const [part] = spellings;
      const year = /^((?:19|20)\d\d)$/.exec(part) ?? /^(\d{4})(?:年末|年)$/.exec(part);
      if (year) found.years.push(Number(year[1]));
      else if (NUMBER.test(part)) found.numbers.push(part);
      else if (TIMES.has(part)) found.back = TIMES.get(part);
      else if (WHO.has(part)) found.who ||= -1;
      else if (EXTREMES.has(part)) found.who = EXTREMES.get(part);
      else if (scopes.has(part)) found.whose.push(scopes.get(part));
      else if (!GROWTH.has(part)) found.rest.push(spellings);
    }
    if (found.who) found.rest = found.rest.filter(([part]) => !ANYONE.has(part));
    if (found.who) found.whose = found.whose.filter((ids) => ids.some((id) => id));
    return found;
  }

  /** Does a figure print a number, as its value or as its growth? */
  const prints = (text, number) =>
    places(normalise(text).text, [number]).some(([at, end]) => (at === 0 || number.startsWith("-") || isHan(text[at - 1]))
      && !isDigit(text[end]));

  /** The figures that print all of the numbers: the value rather than the growth, of all together first, the surest first. */
  function printing(measures, numbers) {
    const rank = (one) => (numbers.every((number) => prints(one.value, number)) ? 0 : 1);
    const hits = measures.flatMap(({ figures }) => figures)
      .filter((one) => numbers.every((number) => prints(one.value, number) || prints(one.growth, number)))
      .map((one) => ({ one, order: [rank(one), one.scope ? 1 : 0, ORIGINS.indexOf(one.origin), one.last ? 1 : 0] }));
    const before = (a, b) => a.find((value, i) => value !== b[i]) - b.find((value, i) => value !== a[i]) || 0;
    return hits.sort((a, b) => before(a.order, b.order)).map(({ one }) => one);
  }

  /** The first-level enterprises by a measure in a year, the greatest (-1) or the least first; of counts, none that has none. */
  function ranked(measure, ids, year, way) {
    const sizes = ids.map((id) => ({ id, size: measure.carried?.size(id, year) ?? null })).filter(({ size }) => size !== null);
    const some = way < 0 && sizes.some(({ size }) => size > 0) ? sizes.filter(({ size }) => size !== 0) : sizes;
    return some.sort((a, b) => way * (a.size - b.size)).map(({ id }, i) => ({
      ...figureOf(measure, id, year), growth: "", rank: `${sizes.length}户里从${way < 0 ? "高到低" : "低到高"}第${i + 1}`,
    }));
  }

  /**
   * The figures that words, each a list of spellings, ask for: measure, whose (else of all together),
   * year (else the last); and what is ``told`` where the book has no such figure.
   */
  function answered(parts, book) {
    const { measures, scopes, whose: called, years: known } = book.answers;
    const { years, back, whose, who, numbers, rest } = wanted(parts, scopes);
    const answer = (answers, told = "") => ({ answers: answers.slice(0, ANSWERS), told });
    const strange = years.find((year) => known.size && !known.has(year));
    if (!rest.length) {
      if (numbers.some((number) => number.length > 1) && !whose.length) return answer(printing(measures, numbers).map((one) => ({ ...one, before: "" })));
      return answer([], strange ? lacking(`${strange}年的数字`, [...known].sort()) : "");
    }
    const meant = (words) => {
      const whole = words.map(([word]) => word).join("");
      const near = measures.map((measure) => ({ measure, far: asked(measure, words, whole) }))
        .filter((one) => one.far < 1.5).sort((a, b) => a.far - b.far);
      return near.filter((one) => one.far < CERTAIN || near[0].far >= CERTAIN);
    };
    let near = meant(rest);
    if (!near.length) { // else several at once
      const each = rest.map((word) => meant([word])[0]);
      near = each.every(Boolean) ? each : [];
    }
    const found = near.map((one) => one.measure);
    if (!found.length) return answer([]);
    const certain = near[0].far < CERTAIN;
    if (numbers.length) {
      const same = printing(found, numbers);
      if (same.length) return answer(same.map((one) => ({ ...one, before: "" })));
    }
    if (who && whose.length) return answer([]); // who it is among one's own, no number says
    if (who) {
      const groups = [...called.keys()].filter((id) => id.startsWith("group-"));
      const all = [...new Set(groups.flatMap((id) => found[0].carried?.years(id) ?? []))].sort();
      const year = years[0] ?? Math.max(...all) - back;
      if (all.length && !all.includes(year)) return answer([], lacking(`${year}年的${found[0].text}`, all));
      return answer(ranked(found[0], groups, year, who));
    }
    let told = "";
    const of = (measure, ids, when) => {
      for (const id of ids) {
        const all = yearsOf(measure, id);
        const latest = Math.max(...measure.figures.filter((one) => one.scope === id && !one.last).map((one) => one.year),
          ...(measure.carried?.years(id) ?? []));
        const one = all.length ? figureOf(measure, id, when ?? latest - back) : null;
        if (!one) continue;
        const before = measure.figures.find((figure) => figure.scope === id && figure.last && figure.year === one.year - 1);
        // A value under one mark of origin says nothing of another's.
        return [{ ...one, before: before?.origin === one.origin ? before.value : "" }];
      }
      const all = [...new Set(ids.flatMap((id) => yearsOf(measure, id)))].sort();
      const year = when ?? (back && all.length ? all.at(-1) - back : 0);
      const name = ids[0] ? called.get(ids[0]) : "";
      if (certain && (name || year)) {
        told ||= lacking(`${name}${name && year ? "在" : ""}${year ? `${year}年` : ""}的${measure.text}`, all);
      }
      return [];
    };
    const [all, each] = [whose.length ? whose : [[""]], years.length ? [...new Set(years)] : [undefined]];
    const answers = found.flatMap((measure) => all.flatMap((ids) => each.flatMap((year) => of(measure, ids, year))));
    return answer(answers, answers.length && each.length < 2 ? "" : told);
  }

  /** What is told of an enterprise that is called as the book calls its own, but is not there. */
  function stranger(query, { scopes, whose }) {
    const stems = new Set([...scopes.keys()].filter((key) => /[^a-z0-9][a-z]\d*$/.test(key)).map((key) => key.replace(/[a-z]\d*$/, "")));
    if (!stems.size) return "";
    const plain = normalise(query.replace(/\d{4}\s*年末?/g, " ")).text;
    const called = new RegExp(`(${[...stems].sort((a, b) => b.length - a.length).join("|")})[a-z]\\d*(?![a-z0-9])`, "g");
    for (const [name, stem] of plain.matchAll(called)) {
      if (scopes.has(name)) continue;
      const alike = [...scopes].filter(([key]) => key.startsWith(stem) && /^[a-z]\d*$/.test(key.slice(stem.length)))
        .flatMap(([, ids]) => ids);
      const groups = alike.filter((id) => id.startsWith("group-"));
      const names = [...new Set((groups.length ? groups : alike).map((id) => whose.get(id)))].sort();
      const more = names.length > LISTED ? `等${names.length}户` : "";
      return `本书没有“${name.toUpperCase()}”；有${names.slice(0, LISTED).join("、")}${more}。`;
    }
    return "";
  }

  /**
   * What a query finds: ``answers``, figures that it asks for, what is ``told`` where the book has none, ``names`` that it means, ``pages`` with
   * its words, ``also`` the spellings searched besides, ``apart`` the words that it was divided into,
   * ``instead`` the names searched because nothing has the words as typed.
   */
  function find(query, book) {
    const words = parse(query, book);
    if (!words.length) return { answers: [], told: "", names: [], pages: [], also: [], apart: [], instead: [] };
    const names = new Map();
    for (const { meant } of words) {
      for (const hit of meant) {
        if (!(names.get(hit.name)?.cost <= hit.cost)) names.set(hit.name, hit);
      }
    }
    const listed = [...names.values()].sort((a, b) => a.cost - b.cost);
    const asking = ([part]) => WHO.has(part) || EXTREMES.has(part); // no page says that
    let searched = words.flatMap((w) => (w.parts.length > 1 ? w.parts.filter(([part]) => !TIMES.has(part))
      : [[...w.spellings, ...(w.exact ? [] : [...w.parts[0], ...spoken(w)])]]))
      .map(([word, ...more]) => [word, ...new Set(more.filter((other) => !other.includes(word)))]); // else found anyway
    if (!searched.every(asking)) searched = searched.filter((one) => !asking(one));
    let pages = pagesWith(searched, book, words.filter((w) => w.parts.length > 1).map((w) => w.word));
    let instead = [];
    if (!pages.length && words.every((w) => w.meant.length && !w.exact)) {
      searched = words.map((w) => [w.meant[0].name.keys[0]]);
      pages = pagesWith(searched, book);
      instead = searched.flat();
    }
    const seen = new Set(pages.flatMap(({ hits }) =>
      hits.flatMap(({ marks }) => [...marks.heading, ...marks.body].map(([, , word]) => word))));
    const also = searched.flatMap((spellings) => spellings.slice(1)).filter((w) => seen.has(w));
    const apart = words.filter((w) => w.parts.length > 1).flatMap((w) => w.parts.map(([part]) => part));
    const unknown = stranger(query, book.answers);
    let { answers, told } = unknown ? { answers: [], told: unknown } : answered(words.flatMap((w) => w.parts), book);
    if (!answers.length && !told && instead.length) ({ answers, told } = answered(searched, book));
    return { answers, told, names: listed, pages, also, apart, instead };
  }

  return { normalise, places, prepare, find };
})();
