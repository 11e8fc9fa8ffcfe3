// The page of a table's rows: those that a figure was taken from stand out, as ?rows=3,9 says.
(() => {
  "use strict";
  let theme = null;
  try { theme = localStorage.getItem("theme"); } catch { /* some folders keep nothing */ }
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const cited = (new URLSearchParams(location.search).get("rows") || "").split(",").filter(Boolean);
  const rows = cited.map((n) => document.getElementById(`row-${n}`)).filter(Boolean);
  rows.forEach((row) => row.classList.add("sa-cited"));
  if (!rows.length) return;
  const note = document.createElement("p");
  note.className = "sa-note";
  const only = Object.assign(document.createElement("input"), { type: "checkbox" });
  const label = document.createElement("label");
  label.append(only, ` 只看用到的${rows.length}行`);
  note.append(label);
  document.querySelector("figure.sa-table").before(note);
  only.addEventListener("change", () => {
    document.querySelectorAll("tbody tr").forEach((row) => {
      row.classList.toggle("sa-left-out", only.checked && !row.classList.contains("sa-cited"));
    });
  });
  rows[0].scrollIntoView({ block: "center" });
})();
