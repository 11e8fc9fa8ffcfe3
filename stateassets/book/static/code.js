// One switch shows or hides how the whole page was computed. Without this each cell has its own.
(() => {
  "use strict";
  const page = document.documentElement;
  const cells = document.querySelectorAll(".bd-article div.cell details.hide");
  const button = document.querySelector(".btn-code-button");
  if (!cells.length) button?.remove();
  else if (button) {
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const shown = page.classList.toggle("sa-code");
      button.setAttribute("aria-pressed", String(shown));
      cells.forEach((cell) => { cell.open = shown; });
    });
  }
})();
