// What a reader takes from a page: text and tables for the clipboard, rows and pictures as files.
"use strict";
window.stateAssetsTaking = (() => {
  /** Copy a text, with the same as HTML if given; return whether that was done. `within` holds the focus meanwhile. */
  async function copied(text, { html = "", within = document.body } = {}) {
    try {
      if (!html) await navigator.clipboard.writeText(text);
      else {
        const kinds = { "text/plain": text, "text/html": html };
        await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(
          Object.entries(kinds).map(([kind, of]) => [kind, new Blob([of], { type: kind })])))]);
      }
      return true;
    } catch { // not allowed, or no safe connection
      const field = Object.assign(document.createElement("textarea"), { value: text });
      within.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  /** A cell for a spreadsheet: numbers as such, and nothing that it would take for a formula. */
  function cell(text) {
    const number = text.replace(/,/g, "");
    if (/^[+-]?\d+(\.\d+)?$/.test(number)) return number.replace("+", "");
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
  }

  /** Rows of texts as a CSV file. */
  function csv(rows) {
    const lines = rows.map((row) => row.map(cell).join(","));
    return new Blob([`\ufeff${lines.join("\r\n")}\r\n`], { type: "text/csv;charset=utf-8" }); // Excel wants the mark
  }

  function save(blob, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  return { copied, csv, save };
})();
