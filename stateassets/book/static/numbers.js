// How numbers that a page carries with all their digits are printed: rounded half up on decimals as
// stateassets/measures/units.py does. For compare.js and, over the same numbers, for finding.js.
"use strict";
/** The printing of ``data``: ``units`` with their zeros, ``small`` units of money, ``rules`` in words (pages/comparing.py). */
window.stateAssetsNumbers = (data) => {
  function halfUp(text, shift, decimals) {
    const [whole, part = ""] = text.replace("-", "").split(".");
    let digits = BigInt(whole + part);
    const drop = part.length + shift - decimals;
    if (drop > 0) digits = (digits * 2n + 10n ** BigInt(drop)) / (2n * 10n ** BigInt(drop));
    else digits *= 10n ** BigInt(-drop);
    const sign = text.startsWith("-") && digits ? "-" : "";
    const shown = digits.toString().padStart(decimals + 1, "0");
    return sign + (decimals ? `${shown.slice(0, -decimals)}.${shown.slice(-decimals)}` : shown);
  }
  const shiftOf = (unit) => data.units[unit] ?? 0;
  // Five digits and more stand in groups of three, as everywhere in the book.
  const inThrees = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const grouped = (text) =>
    text.replace(/^([-+]?)(\d{5,})(?=\.|$)/, (_, sign, digits) => sign + inThrees(digits));
  const isNumber = (text) => /^[-+]?[\d,]+(\.\d+)?$/.test(text);
  const numberOf = (text) => (isNumber(text) ? parseFloat(text.replace(/,/g, "")) : null);

  /** The unit and decimals in which amounts stand beside each other; none of them shows as nought. */
  function toldIn(measure, texts) {
    let [unit, decimals] = [measure.unit, measure.decimals];
    if (!data.small.includes(unit)) return { unit, decimals };
    const sizes = texts.filter((text) => parseFloat(text)).map((text) => text.replace("-", ""))
      .sort((a, b) => a - b);
    if (!sizes.length) return { unit, decimals };
    const at = (text, places = decimals) => parseFloat(halfUp(text, shiftOf(unit), places));
    const [least, most] = [sizes[0], sizes.at(-1)];
    if (unit !== data.small[0] && (at(most) < 10 ** (1 - decimals) || (at(most) < 10 && !at(least))
      || !at(least, 2))) {
      [unit, decimals] = [data.small[0], 0];
    }
    // Of so many 亿元 the smallest has two digits, so that it can be told from the next.
    const digits = unit === data.small[0] ? 0 : 1;
    while (decimals < 2 && at(least) < 10 ** (digits - decimals)) decimals += 1;
    return { unit, decimals };
  }
  const rule = (text) => data.rules.includes(text);
  const shown = (text, told) =>
    (rule(text) ? text : grouped(halfUp(text, shiftOf(told.unit), told.decimals)));
  /** The cells of a text that `packed` made (pages/comparing.py): a list of years for each scope. */
  const split = new Map(); // texts that have been taken apart
  function cells(text) {
    if (!split.has(text)) {
      let before;
      split.set(text, text.split("|").map((row) => {
        if (row !== "=") before = row.split(";");
        return [...Array(data.years.length - before.length).fill(before[0]), ...before];
      }));
    }
    return split.get(text);
  }
  return { halfUp, inThrees, grouped, isNumber, numberOf, toldIn, rule, shown, cells };
};
