// Charts speak: what shows a value tells it to pointer, finger and keyboard, and a click on it leads to where it
// comes from (explain.js); the data and the picture can be saved. Without this a chart is read, and its table has the values.
(() => {
  "use strict";
  const MARK = ".sa-datum";
  const [NEAR, SCALE, EDGE] = [16, 3, 14]; // pixels around a mark that count as it; of a saved picture: size, margin
  const charts = document.querySelectorAll(".bd-article figure.sa-chart");
  if (!charts.length) return;
  const element = (name, set = {}) => Object.assign(document.createElement(name), set);
  const markAt = (target) => target.closest?.(MARK);
  const distance = (a, b, at) => Math.max(a - at, 0, at - b);

  // --- values ---------------------------------------------------------------------------------

  const tip = element("div", { id: "sa-tip", popover: "manual" });
  tip.setAttribute("aria-hidden", "true"); // a mark's own name says it
  document.body.append(tip);

  function tell(mark) {
    if (!tip.showPopover) return;
    tip.replaceChildren(element("strong", { textContent: mark.getAttribute("aria-label") }));
    if (mark.dataset.place) tip.append(element("span", { textContent: "点击看来历" }));
    tip.showPopover();
    const at = mark.getBoundingClientRect();
    const left = at.left + at.width / 2 - tip.offsetWidth / 2;
    tip.style.left = `${Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4))}px`;
    const above = at.top - tip.offsetHeight - 6;
    tip.style.top = `${above > 0 ? above : at.bottom + 6}px`;
  }
  const hush = () => tip.hidePopover?.();

  /** Make a drawing one stop of the Tab key, its marks reached by arrows. */
  function speak(svg) {
    const marks = svg.querySelectorAll(MARK);
    if (!marks.length) return;
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-roledescription", "图");
    marks.forEach((mark, number) => {
      const title = mark.querySelector("title"); // the browser's own tip, where there is no script
      mark.setAttribute("aria-label", title.textContent);
      mark.setAttribute("role", "button");
      mark.setAttribute("tabindex", number ? "-1" : "0");
      title.remove();
    });
  }

  /** The mark that an event is on, or the nearest one that it is close to: some are thin. */
  function meant({ target, clientX: x, clientY: y }) {
    const [on, svg] = [markAt(target), target.closest?.(".sa-chart svg")];
    if (on || !svg) return on;
    let [found, least] = [null, NEAR];
    svg.querySelectorAll(MARK).forEach((mark) => {
      const at = mark.getBoundingClientRect();
      const away = Math.hypot(distance(at.left, at.right, x), distance(at.top, at.bottom, y));
      if (away < least) [found, least] = [mark, away];
    });
    return found;
  }

  const click = (mark) => mark.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));

  document.addEventListener("click", (event) => {
    hush();
    if (markAt(event.target) || !getSelection().isCollapsed) return;
    const mark = meant(event);
    if (mark) click(mark);
  });
  let pointed = null;
  document.addEventListener("pointermove", (event) => {
    const mark = event.pointerType === "touch" ? null : meant(event);
    if (mark && mark !== pointed) tell(mark);
    else if (pointed && !mark) hush();
    pointed = mark;
  }, { passive: true });
  document.addEventListener("focusin", (event) => {
    const mark = markAt(event.target);
    if (!mark) return;
    mark.closest("svg").querySelectorAll(`${MARK}[tabindex="0"]`).forEach((one) => one.setAttribute("tabindex", "-1"));
    mark.setAttribute("tabindex", "0");
    // Later, for a box that closes gives the focus back while another one opens.
    setTimeout(() => { if (document.activeElement === mark && mark.matches(":focus-visible")) tell(mark); });
  });
  document.addEventListener("focusout", (event) => {
    if (markAt(event.target)) hush();
  });
  addEventListener("scroll", hush, { capture: true, passive: true });
  const WAYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  document.addEventListener("keydown", (event) => {
    const mark = markAt(event.target);
    if (!mark || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") click(mark);
    else if (event.key in WAYS) {
      const marks = [...mark.closest("svg").querySelectorAll(MARK)];
      const to = marks.indexOf(mark) + WAYS[event.key];
      marks[Math.max(0, Math.min(to, marks.length - 1))].focus();
    } else return;
    event.preventDefault();
  });

  // --- to take away ---------------------------------------------------------------------------

  /** What stands above a chart: the word for its origin, its words, and those of them that say what it is of. */
  function caption(figure) {
    const copy = figure.querySelector("figcaption").cloneNode(true);
    copy.querySelectorAll("button, .headerlink").forEach((one) => one.remove());
    const mark = copy.querySelector(".sa-origin");
    mark?.remove();
    const words = copy.textContent.trim();
    return [mark?.textContent ?? "", words, copy.querySelector(".sa-subject")?.textContent ?? words];
  }

  function save(blob, figure, ending) {
    const [origin, , subject] = caption(figure);
    const name = `${subject}${origin ? `（${origin}）` : ""}`.replace(/[\\/:*?"<>|]/g, "");
    window.stateAssetsTaking.save(blob, `${name}.${ending}`);
  }

  const table = (figure) => window.stateAssetsTaking.csv([...figure.querySelectorAll("details table tr")]
    .map((row) => [...row.cells].map((one) => one.textContent.trim())));

  /** A drawing that stands alone, in the colours of paper. */
  async function drawn(svg, font) {
    const copy = svg.cloneNode(true);
    const light = element("div", { className: "sa-light", hidden: true });
    light.append(copy);
    document.body.append(light);
    for (const one of [copy, ...copy.querySelectorAll("[fill], [stroke]")]) {
      const look = getComputedStyle(one);
      for (const what of ["fill", "stroke"]) if (one.hasAttribute(what)) one.setAttribute(what, look[what]);
    }
    light.remove();
    const { width, height } = svg.viewBox.baseVal;
    const set = { width: width * SCALE, height: height * SCALE, "font-family": font };
    for (const [name, value] of Object.entries(set)) copy.setAttribute(name, value);
    ["class", "style"].forEach((name) => copy.removeAttribute(name));
    const image = new Image(set.width, set.height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    await image.decode();
    return image;
  }

  function wrapped(pen, text, width) {
    const lines = [""];
    for (const char of text) {
      if (pen.measureText(lines.at(-1) + char).width > width) lines.push("");
      lines[lines.length - 1] += char;
    }
    return lines;
  }

  /** The picture with what it is called, where its numbers come from and where it was. */
  async function picture(figure) {
    const svg = figure.querySelector("svg");
    const font = getComputedStyle(svg).fontFamily;
    const image = await drawn(svg, font);
    const canvas = element("canvas", { width: image.width + 2 * EDGE * SCALE });
    const pen = canvas.getContext("2d");
    const [origin, words] = caption(figure);
    const address = location.protocol === "file:" ? "" : `，${location.href.split("#")[0]}#${figure.id}`;
    const texts = [
      [`bold ${12.5 * SCALE}px ${font}`, "#1f2933", `${origin ? `【${origin}】` : ""}${words}`],
      [`${9 * SCALE}px ${font}`, "#52606d", `来源：${document.title}${address}`],
    ].map(([face, color, text]) => {
      pen.font = face;
      const size = parseFloat(face.match(/[\d.]+(?=px)/)[0]) * 1.45;
      const lines = wrapped(pen, text, image.width);
      return { face, color, lines, size, height: lines.length * size };
    });
    const gap = 8 * SCALE;
    canvas.height = texts[0].height + texts[1].height + image.height + 2 * gap + 2 * EDGE * SCALE;
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const below = EDGE * SCALE + texts[0].height + gap;
    pen.drawImage(image, EDGE * SCALE, below);
    [EDGE * SCALE, below + image.height + gap].forEach((top, which) => {
      const { face, color, lines, size } = texts[which];
      Object.assign(pen, { font: face, fillStyle: color, textBaseline: "top" });
      lines.forEach((line, number) => pen.fillText(line, EDGE * SCALE, top + number * size));
    });
    return new Promise((done) => { canvas.toBlob(done, "image/png"); });
  }

  charts.forEach((figure) => {
    figure.querySelectorAll("svg").forEach(speak);
    const details = figure.querySelector("details");
    if (!details) return;
    const name = caption(figure)[2];
    const button = (words, ending, make) => {
      const one = element("button", { type: "button", textContent: words });
      one.setAttribute("aria-label", `${words}：${name}`);
      one.addEventListener("click", async () => save(await make(figure), figure, ending));
      return one;
    };
    const tools = element("p", { className: "sa-take" });
    tools.append(button("存为表格CSV", "csv", table), button("存为图片PNG", "png", picture));
    details.before(tools);
  });
})();
