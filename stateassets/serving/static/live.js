// Shows how the book is that is being worked on, and the page anew once it has become another.
"use strict";
(() => {
  const shown = document.currentScript.dataset.made;
  const KEPT = "sa-live";
  const AGAIN = 1000; // milliseconds until a lost connection is tried again
  const SEEN = 4000; // for which good news stay
  const note = document.createElement("div");
  note.id = "sa-live";
  note.hidden = true;
  let hiding = 0;

  function say(state, words) {
    clearTimeout(hiding);
    note.dataset.state = state;
    note.setAttribute("role", state === "failed" ? "alert" : "status");
    note.hidden = false;
    note.textContent = words;
    if (state === "ok" && !words.includes("稍后")) hiding = setTimeout(() => { note.hidden = true; }, SEEN);
  }

  // Where the reader is: the last named place above, and how far from the top it stands.
  function place() {
    const named = [...document.querySelectorAll("article [id], main [id]")].filter(
      (one) => one.getBoundingClientRect().top <= 80 && one.getClientRects().length);
    const last = named.at(-1);
    return last ? { id: last.id, top: last.getBoundingClientRect().top } : { top: -window.scrollY };
  }

  function details() {
    const times = {};
    return [...document.querySelectorAll("details")].map((one) => {
      const words = one.querySelector("summary")?.textContent.trim() ?? "";
      times[words] = (times[words] ?? 0) + 1;
      return [`${words} ${times[words]}`, one];
    });
  }

  function renew() {
    const open = Object.fromEntries(details().map(([name, one]) => [name, one.open]));
    const kept = { page: location.pathname, y: window.scrollY, place: place(), open };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
    location.reload();
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    sessionStorage.removeItem(KEPT);
    if (kept?.page !== location.pathname) return;
    for (const [name, one] of details()) if (name in kept.open) one.open = kept.open[name];
    const at = kept.place.id && document.getElementById(kept.place.id);
    const y = at && kept.y > 0 ? window.scrollY + at.getBoundingClientRect().top - kept.place.top : kept.y;
    window.scrollTo({ top: y, behavior: "instant" });
  }

  // The new sheet beside the old one, which goes when the new one is there: nothing flickers.
  function restyle(names) {
    for (const old of document.querySelectorAll('link[rel="stylesheet"]')) {
      if (!names.some((name) => new URL(old.href).pathname.endsWith(`/_static/${name}`))) continue;
      const fresh = old.cloneNode();
      const address = new URL(old.href);
      address.searchParams.set("live", Date.now());
      fresh.href = address.href;
      fresh.onload = () => { old.remove(); document.documentElement.dataset.restyled = Date.now(); };
      old.after(fresh);
    }
  }

  function listen() {
    const at = `${location.origin.replace(/^http/, "ws")}/_serving/live?page=${encodeURIComponent(location.pathname)}`;
    const socket = new WebSocket(at);
    socket.onmessage = (event) => {
      const { state, words, made, sheets } = JSON.parse(event.data);
      if (sheets) restyle(sheets);
      if (made && made !== shown) return renew();
      if (state === "building") say(state, words || "正在重算……");
      else if (state === "failed") say(state, `没有生成，页面还是上一次的：\n${words}`);
      else if (state === "ok" && !made) say("failed", "这一页已经不在书里。");
      else if (state === "ok") say(state, words || "已是最新。");
    };
    socket.onclose = () => {
      say("failed", "预览已经停止，页面还是上一次的。要继续，请在终端里重新运行make serve。");
      setTimeout(listen, AGAIN);
    };
  }

  document.body.append(note);
  restore();
  listen();
})();
