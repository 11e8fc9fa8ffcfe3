// Only in notebooks (present/sheet.py): a link to a page of the book opens that page of the built book.
addEventListener("click", (event) => {
  const link = event.target.closest?.(".jp-OutputArea a[href], #sa-explain a[href]");
  const [place, page] = link?.href.split("/files/") ?? [];
  if (!page?.split(/[?#]/)[0].endsWith(".html")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  open(`${place}/files/_build/html/${page}`, "_blank");
}, { capture: true });
