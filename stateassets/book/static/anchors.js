// The link beside a heading, table, picture, number or alert copies its address. Without this, or
// where the browser copies nothing, it leads there, and the address stands in the address bar.
(() => {
  "use strict";
  const told = Object.assign(document.createElement("span"), { className: "sa-copied" });
  told.setAttribute("role", "status");

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { // not allowed, or no safe connection
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a.headerlink");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const done = await copied(link.href);
    link.after(told);
    link.focus({ preventScroll: true });
    told.textContent = done ? "已复制链接" : "链接在地址栏里";
    setTimeout(() => { told.textContent = ""; }, 2500);
  });
})();
