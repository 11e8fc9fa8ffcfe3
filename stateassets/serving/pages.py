"""What the browser gets: the last good site, whose pages tell when they have become others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tornado.web import Application, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from ..cache.store import sha

HERE = Path(__file__).parent / "static"
SHEETS = Path(__file__).parents[1] / "book" / "static"
OWN = "_serving"  # the addresses that only a served book has
HEAD = b"</head>"
SCRIPT = f'<link rel="stylesheet" href="/{OWN}/live.css"><script src="/{OWN}/live.js" data-made="%s" defer></script>'
WAITING = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>正在生成</title></head>
<body><main><p>这一页还没有，生成以后会自己出现。</p></main></body></html>"""


def mark(content: bytes) -> str:
    """Return by what a page is known again."""
    return sha(content)[:16]


def made(page: Path) -> str:
    """Return by what the page that there is now is known, empty if there is none."""
    try:
        return mark(page.read_bytes())
    except OSError:
        return ""


class Site:
    """The last good site, and the tabs in which its pages are open."""

    def __init__(self, folder: Path, shown: Path) -> None:
        self.folder, self.shown = folder, shown  # of a page in ``shown`` that is the newer one
        self.tabs: set[Tab] = set()
        self.state: dict[str, Any] = {"state": "building", "words": ""}

    def page(self, address: str) -> Path:
        """Return the file of a page."""
        path = self.folder / address.lstrip("/")
        if path.is_dir():
            path /= "index.html"
        newer = self.shown / path.relative_to(self.folder)
        return newer if newer.is_file() else path

    def open_documents(self) -> list[str]:
        """Name the documents whose pages are open."""
        return sorted({tab.address.strip("/").removesuffix(".html") for tab in self.tabs})

    def tell(self, state: str, words: str = "") -> None:
        """Tell all tabs how the book is."""
        self.state = {"state": state, "words": words}
        for tab in list(self.tabs):
            tab.tell(**self.state)

    def restyle(self, names: list[str]) -> None:
        """Tell all tabs that style sheets have changed."""
        for tab in list(self.tabs):
            tab.tell(sheets=names)

    def application(self) -> Application:
        """Return what answers requests."""
        return Application(
            [
                (rf"/{OWN}/live", Tab, {"site": self}),
                (rf"/{OWN}/(.*)", Fresh, {"path": str(HERE)}),
                (r"/(?:.*/)?_static/(\w+\.css)", Sheet, {"path": str(SHEETS), "site": self}),
                (r"/(.*\.html|(?:.*/)?)", Page, {"site": self}),
                (r"/(.*)", Fresh, {"path": str(self.folder)}),
            ],
            log_function=lambda handler: None,
        )


class Fresh(StaticFileHandler):
    """A file that the browser asks for again each time, to hear mostly that it is the same."""

    def set_extra_headers(self, path: str) -> None:
        """Have it asked for again."""
        self.set_header("Cache-Control", "no-cache")

    @classmethod
    def _get_cached_version(cls, abs_path: str) -> str | None:
        return cls.get_content_version(abs_path)  # files change while this runs


class Sheet(Fresh):
    """A style sheet of the book's own as it was saved last, any other as it is in the site."""

    def initialize(self, path: str, site: Site) -> None:  # type: ignore[override]
        """Take the folder of the book's own and the site."""
        super().initialize(path)
        self.site = site

    @classmethod
    def get_absolute_path(cls, root: str, path: str) -> str:
        """Return the file."""
        return str(Path(root) / path)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Return the file where it lies."""
        if not Path(absolute_path).is_file():
            root = str(self.site.folder)
            absolute_path = str(self.site.folder / self.request.path.lstrip("/"))
        return super().validate_absolute_path(root, absolute_path)


class Page(RequestHandler):
    """A page of the site with the script that listens."""

    def initialize(self, site: Site) -> None:
        """Take the site."""
        self.site = site

    def get(self, address: str) -> None:
        """Answer with the page; with one that waits, where there is none."""
        path = self.site.page(address)
        self.set_header("Cache-Control", "no-store")
        if ".." in Path(address).parts or not path.is_file():
            self.set_status(404)
            content, known = WAITING.encode(), ""
        else:
            content = path.read_bytes()
            known = mark(content)
        self.finish(content.replace(HEAD, (SCRIPT % known).encode() + HEAD, 1))


class Tab(WebSocketHandler):
    """A tab of a browser in which a page is open; of web sockets it may have more than of requests."""

    def initialize(self, site: Site) -> None:
        """Take the site."""
        self.site = site
        self.address = self.get_argument("page", "")

    def open(self) -> None:
        """Tell how the book is."""
        self.site.tabs.add(self)
        self.tell(**self.site.state)

    def on_close(self) -> None:
        """Forget the tab."""
        self.site.tabs.discard(self)

    def tell(self, **words: Any) -> None:
        """Send words, and how the page is known again that it ought to show."""
        now = made(self.site.page(self.address))
        try:
            self.write_message(json.dumps({**words, "made": now}, ensure_ascii=False))
        except WebSocketClosedError:
            self.site.tabs.discard(self)
