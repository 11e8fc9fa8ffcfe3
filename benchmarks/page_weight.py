"""What a reader's first and further pages weigh, and how soon a slow phone shows them.

    python -m benchmarks.page_weight [PAGE …]

The built site is served compressed, as static hosts do, and read in Chromium: each page once with
an empty cache and once after another chapter. Throttled: a fourth of this machine's speed,
1.6 Mbit/s, 150 ms. Prints kilobytes over the wire, milliseconds to the first text and how much
the layout moved (0 is nothing).
"""

from __future__ import annotations

import functools
import gzip
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

SITE = Path("_build/html")
OTHER = "notebooks/1_basics/1_enterprises.html"  # read before a further page
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
SLOWDOWN = 4
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"
SHIFT = """new Promise(done => { let sum = 0;
  new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300); })"""


class Compressed(SimpleHTTPRequestHandler):
    """Serves text compressed and lets the browser keep it, as static hosts do."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> BytesIO | None:  # type: ignore[override]
        """Send the headers of a file and return its compressed content."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        content = gzip.compress(path.read_bytes(), 6)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        return BytesIO(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site; gives its address."""
    handler = functools.partial(Compressed, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def weighed(page: Page, session: CDPSession, address: str) -> float:
    """Open a page and return the kilobytes that came over the wire for it."""
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    return sum(sizes) / 1000


def first_and_further(browser: Browser, site: str, name: str) -> tuple[float, float]:
    """Return the kilobytes of a page with an empty cache, and after another chapter."""
    found = []
    for before in ((), (OTHER,)):
        context = browser.new_context()
        page = context.new_page()
        for other in before:
            page.goto(f"{site}/{other}", wait_until="networkidle")
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        found.append(weighed(page, session, f"{site}/{name}"))
        context.close()
    return found[0], found[1]


def on_a_slow_phone(browser: Browser, site: str, name: str) -> tuple[float, float]:
    """Return ms to the first text of a further page, and how much its layout moved."""
    context = browser.new_context(viewport={"width": 375, "height": 700}, has_touch=True)
    page = context.new_page()
    page.goto(f"{site}/{OTHER}", wait_until="networkidle")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.goto(f"{site}/{name}", wait_until="load")
    found = page.evaluate(PAINT), page.evaluate(SHIFT)
    context.close()
    return found


def main(names: list[str]) -> None:
    """Print one line a page, the heaviest last."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    pages = names or [p.relative_to(SITE).as_posix() for p in SITE.glob("notebooks/**/*.html")]
    with served(SITE) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        rows = [
            (*first_and_further(browser, site, name), *on_a_slow_phone(browser, site, name), name) for name in pages
        ]
    print("first KB  further KB  first text ms  shift")
    for first, further, paint, shift, name in sorted(rows):
        print(f"{first:8.0f}  {further:10.0f}  {paint:13.0f}  {shift:5.3f}  {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
