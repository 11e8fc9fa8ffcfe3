// A chart can be seen as large as the window. Without this it is read where it stands.
(() => {
  "use strict";
  const charts = document.querySelectorAll(".bd-article figure.sa-chart");
  if (!charts.length || !("showModal" in HTMLDialogElement.prototype)) return;
  const button = (words) =>
    Object.assign(document.createElement("button"), { type: "button", textContent: words });
  const box = document.createElement("dialog");
  const close = button("关闭");
  const shown = document.createElement("div"); // scrolls where the picture is larger
  Object.assign(box, { id: "sa-enlarged" });
  Object.assign(shown, { className: "sa-chart", tabIndex: 0 });
  shown.setAttribute("role", "group");
  box.append(close, shown);
  document.body.append(box);

  function open(figure) {
    const caption = figure.querySelector("figcaption");
    const words = document.createElement("p");
    words.append(...[...caption.childNodes].map((node) => node.cloneNode(true)));
    box.setAttribute("aria-label", caption.textContent);
    shown.setAttribute("aria-label", caption.textContent);
    shown.replaceChildren(figure.querySelector("svg").cloneNode(true), words);
    box.showModal();
    shown.scrollTo(0, 0);
  }

  charts.forEach((figure) => {
    const larger = button("放大");
    larger.className = "sa-larger";
    larger.setAttribute("aria-label", `放大图：${figure.querySelector("figcaption").textContent}`);
    larger.addEventListener("click", () => open(figure));
    figure.querySelector("svg").addEventListener("dblclick", () => open(figure));
    figure.append(larger);
  });
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { // beside the picture
    if (event.target === box) box.close();
  });
  addEventListener("keydown", (event) => { // the theme takes this key away from the browser
    if (event.key === "Escape" && box.open) box.close();
  }, { capture: true });
})();
