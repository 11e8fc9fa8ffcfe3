// What the book's search finds: pure functions over the index, without a page.
"use strict";
window.stateAssetsFinding = (() => {
  const UNITS = "亿元|万元|元|亿|万|%|‰|个百分点|百分点|户|家|人|倍|项|个|年";
  const KINDS = ["指标", "名词", "企业", "预警规则", "数据表", "报告用语", "章节"]; // in this order
  const CLOSE = 3; // a name that costs less than this is what was typed, not only something like it
  const SPELT = 5; // names that a word in pinyin may stand for

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
    if (!/^[a-zü]{2,}$/.test(word)) return least;
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

  /** Names that the word means, nearest first, as {name, cost}. */
  function named(names, word) {
    const among = (measure) => names.map((name) => ({ name, cost: measure(name, word) }))
      .filter((hit) => hit.cost < Infinity)
      .sort((a, b) => a.cost - b.cost || a.name.kind - b.name.kind
        || a.name.text.length - b.name.text.length);
    const found = among(cost);
    return found.length ? found : among(far);
  }

  // --- queries ------------------------------------------------------------------------------

  /** The words of a query; each is the list of its spellings: as typed, by alias, by name. */
  function parse(query, book) {
    const joined = query
      .normalize("NFKC")
      .replace(new RegExp(`(\\d)\\s+(?=(?:${UNITS})(?:\\s|$))`, "g"), "$1")
      .replace(/([a-zü])['’](?=[a-z])/gi, "$1");
    const typed = joined.split(/\s+/).map((w) => normalise(w).text).filter(Boolean);
    // Pinyin may be parted by syllables: zi chan fu zhai lv.
    const run = typed.length > 1 && typed.every((w) => /^[a-zü]+$/.test(w)) ? typed.join("") : "";
    const words = run && named(book.names, run).length ? [run] : typed;
    return words.map((word) => {
      const spellings = [word];
      for (const [alias, term] of book.aliases) {
        if (word.includes(alias)) spellings.push(word.split(alias).join(term));
      }
      const meant = named(book.names, word);
      return { word, spellings, meant };
    });
  }

  /** The index as it is searched, made ready once. */
  function prepare(index) {
    const field = (text) => ({ raw: text, ...normalise(text) });
    const names = index.names.map(({ k, n, o, p, d, u }) => ({
      kind: KINDS.indexOf(k), label: k, text: n, told: d, address: u, others: o,
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
    return { names, aliases, pages };
  }

  /** Pages in which some section, its heading and the page's title have all the words. */
  function pagesWith(words, book) {
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
          const marks = { heading: heading.flat(), body: body.flat().sort((a, b) => a[0] - b[0]) };
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
    return pages.sort((a, b) => b.titled - a.titled || b.headed - a.headed || b.count - a.count);
  }

  /** The names that a word in pinyin stands for: those just so called, else those that begin so. */
  function spoken({ word, meant }) {
    if (!/^[a-zü]{2,}$/.test(word)) return [];
    const near = meant.filter((hit) => hit.cost < CLOSE);
    const same = near.filter((hit) => hit.cost < 1);
    const texts = (same.length ? same : near).slice(0, SPELT).map(({ name }) => name.keys[0]);
    return texts.filter((text) => !texts.some((other) => other !== text && text.includes(other)));
  }

  /**
   * What a query finds: ``names`` that it means, ``pages`` with its words, ``also`` the spellings
   * searched besides, ``instead`` the names searched because nothing has the words as typed.
   */
  function find(query, book) {
    const words = parse(query, book);
    if (!words.length) return { names: [], pages: [], also: [], instead: [] };
    const names = new Map();
    for (const { meant } of words) for (const hit of meant) names.set(hit.name, hit);
    const listed = [...names.values()].sort((a, b) => a.cost - b.cost);
    let searched = words.map((w) => [...w.spellings, ...spoken(w)]);
    let pages = pagesWith(searched, book);
    let instead = [];
    if (!pages.length && words.every((w) => w.meant.length)) {
      searched = words.map((w) => [w.meant[0].name.keys[0]]);
      pages = pagesWith(searched, book);
      instead = searched.flat();
    }
    const seen = new Set(pages.flatMap(({ hits }) =>
      hits.flatMap(({ marks }) => [...marks.heading, ...marks.body].map(([, , word]) => word))));
    const also = searched.flatMap((spellings) => spellings.slice(1)).filter((w) => seen.has(w));
    return { names: listed, pages, also, instead };
  }

  return { normalise, prepare, find };
})();
