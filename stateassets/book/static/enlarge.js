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
  Object.assign(shown, { className: "sa-chart", tabIndex: 0 }); // the keyboard scrolls it
  shown.setAttribute("role", "group");
  box.append(close, shown);
  document.body.append(box);

  function open(figure) {
    const words = document.createElement("p");
    const caption = figure.querySelector("figcaption").cloneNode(true);
    caption.querySelectorAll("button, .headerlink").forEach((one) => one.remove());
    words.append(...caption.childNodes);
    box.setAttribute("aria-label", words.textContent);
    shown.setAttribute("aria-label", words.textContent);
    const picture = figure.querySelector("svg").cloneNode(true);
    picture.removeAttribute("class"); // shown here however narrow the page is
    shown.replaceChildren(words, picture);
    box.showModal();
    shown.scrollTo(0, 0);
  }

  charts.forEach((figure) => {
    const larger = button("放大");
    larger.className = "sa-larger";
    const caption = figure.querySelector("figcaption");
    const cite = caption.querySelector(".headerlink");
    const words = [...caption.childNodes].filter((node) => node !== cite).map((node) => node.textContent);
    larger.setAttribute("aria-label", `放大图：${words.join("")}`);
    larger.addEventListener("click", () => open(figure));
    figure.querySelectorAll("svg").forEach((svg) => svg.addEventListener("dblclick", () => open(figure)));
    caption.insertBefore(larger, cite);
  });
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { // beside the picture
    if (event.target === box) box.close();
  });
  addEventListener("keydown", (event) => { // the theme takes this key away from the browser
    if (event.key === "Escape" && box.open) box.close();
  }, { capture: true });
})();
