"""The book around the notebooks: fresh numbers, Chinese words, search, downloads, looks.

A local Sphinx extension, so that ``jupyter-book build .`` needs nothing installed for it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import logging
import os
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, Executor, Future
from functools import partial
from pathlib import Path
from typing import IO, Any
from weakref import WeakKeyDictionary

import yaml
from jinja2 import FileSystemBytecodeCache
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError, ExtensionError
from sphinx.util.logging import NAMESPACE, getLogger

from .. import notebooks as kernels
from ..editions import edition as editions
from ..notebooks import forks
from ..tables import files
from ..tables.data_errors import DataError
from ..tables.text_files import read_json
from . import build_cache as fresh
from . import downloads, formula, glossary, search, takeaway
from . import prune_assets as light
from . import staging as aside
from . import translations as words

LOG = getLogger(__name__)
HERE = Path(__file__).parent
_SNAPSHOTS: WeakKeyDictionary[Sphinx, fresh.Snapshot] = WeakKeyDictionary()
_LAST: WeakKeyDictionary[Sphinx, dict[str, str]] = WeakKeyDictionary()  # see fresh.begin
_LOCKS: WeakKeyDictionary[Sphinx, IO[str]] = WeakKeyDictionary()
_SITES: WeakKeyDictionary[Sphinx, Path] = WeakKeyDictionary()  # where they are built for
_FAULTS: WeakKeyDictionary[Sphinx, aside.WriteFaults] = WeakKeyDictionary()
_HELPERS: WeakKeyDictionary[Sphinx, Executor] = WeakKeyDictionary()
# What they make: the tables with their pages, the files to take away.
_MADE: WeakKeyDictionary[Sphinx, list[Future[str]]] = WeakKeyDictionary()
_NEW: WeakKeyDictionary[Sphinx, set[Path]] = WeakKeyDictionary()  # pages that this build writes
SEARCH_PAGE = "search"


def package(root: Path) -> dict[str, Any]:
    """The data package of the book. Raises ConfigError if it or a declared table is missing."""
    try:
        content: dict[str, Any] = read_json(root / "data" / "datapackage.json")
        tables = [resource["path"] for resource in content["resources"]]
        content["title"]
    except DataError as error:
        raise ConfigError(f"数据包说明文件读不懂。data/{error}") from None
    except (KeyError, TypeError):
        raise ConfigError(
            "数据包说明文件data/datapackage.json里要写明title（标题）和resources（各张表）。"
            "请运行python -m stateassets check，照它说的改正。"
        ) from None
    missing = [table for table in tables if not (root / "data" / table).is_file()]
    if missing:
        raise ConfigError(f"数据包里声明的表不存在：{'、'.join(missing)}。请把文件放进data文件夹。")
    return content


def configure(app: Sphinx, config: Config) -> None:
    """Take the title from the data package and put the local files in front of the theme's."""
    title = package(Path(app.srcdir))["title"]
    config.project = config.html_title = title
    edition = editions.chosen(Path(app.srcdir))
    config.html_theme_options["extra_footer"] = editions.NAMES[edition]
    config.html_theme_options["footer_content_items"] = ["extra-footer"]
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_static_path.append(str(HERE / "static"))
    words.install(app)


def site_builder(app: Sphinx) -> StandaloneHTMLBuilder | None:
    """The builder of the site; None where something else is built, as for a link check."""
    builder = app.builder
    if isinstance(builder, StandaloneHTMLBuilder) and builder.name == "html":
        return builder
    return None


def choose(app: Sphinx, config: Config) -> None:
    """Leave the chapters out of the contents that the edition does not have.

    Raises:
        ConfigError: there is no such edition.
    """
    try:
        edition = editions.chosen(Path(app.srcdir))
    except editions.EditionError as error:
        raise ConfigError(str(error)) from None
    contents = Path(app.srcdir) / config.external_toc_path
    if edition == editions.INTERNAL or not contents.is_file():
        return
    kept = editions.contents(Path(app.srcdir), yaml.safe_load(contents.read_text("utf-8")), edition)
    part = Path(app.doctreedir) / f"toc-{edition}.yml"
    files.write(part, yaml.safe_dump(kept, allow_unicode=True, sort_keys=False))
    config.external_toc_path = str(part)


def alone(app: Sphinx, _config: Config) -> None:
    """Let nobody else build while this build is under way.

    Raises:
        ExtensionError: somebody does.
    """
    try:
        _LOCKS[app] = aside.lock(Path(app.doctreedir))
    except aside.BusyError as error:
        raise ExtensionError(str(error)) from None


def step_aside(app: Sphinx) -> None:
    """Build in a copy of the last good site, which stays as it is until the end.

    Raises:
        ExtensionError: the copy cannot be made.
    """
    if not (builder := site_builder(app)):
        return
    site = Path(app.outdir)
    atexit.register(aside.leave, site, _LOCKS[app])  # however the build ends but by a kill
    try:
        copy = type(app.outdir)(aside.begin(site))
    except OSError as error:
        raise ExtensionError(f"没有地方生成书：{error}。请腾出空间，再运行一次。") from error
    _SITES[app] = site
    app.outdir = builder.outdir = copy
    _NEW[app] = set()
    _FAULTS[app] = aside.WriteFaults()
    logging.getLogger(NAMESPACE).addHandler(_FAULTS[app])


def without_sphinx_search(app: Sphinx) -> None:
    """Keep Sphinx from making a search index that finds almost no Chinese."""
    if builder := site_builder(app):
        builder.search = False


def keep_templates(app: Sphinx) -> None:
    """Compile the theme's templates once, not in every build."""
    if builder := site_builder(app):
        folder = Path(app.doctreedir) / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))


def search_page(app: Sphinx) -> list[tuple[str, dict[str, Any], str]]:
    """The page of the book's own search."""
    return [(SEARCH_PAGE, {}, "search.html")] if site_builder(app) else []


def documents(env: BuildEnvironment) -> dict[str, Path]:
    """The source file of every document of the book."""
    return {name: Path(env.doc2path(name)) for name in env.found_docs}


def find_outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], _removed: set[str]
) -> list[str]:
    """Name the documents to build again, and take the marker away until the build has ended."""
    snapshot = fresh.Snapshot.take(Path(app.srcdir), documents(env))
    _SNAPSHOTS[app] = snapshot
    if not site_builder(app):
        return []
    again = fresh.begin(Path(app.outdir), Path(app.doctreedir), snapshot)
    _LAST[app] = {name: how for name, how in again.items() if how and name not in added | changed}
    return sorted(again)


def notebooks_of(env: BuildEnvironment, names: Iterable[str]) -> dict[str, Path]:
    """Those of the documents that are notebooks, with their files."""
    found = {name: Path(env.doc2path(name)) for name in names}
    return {name: path for name, path in found.items() if path.suffix == ".ipynb"}


def compute(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Run the notebooks that are to be read and have not been run as they are now.

    Those that come out as they did are taken off the list: their pages are made already.
    Where the configuration has myst-nb run them (``execute_notebooks``), nothing is done.

    Raises:
        ExtensionError: naming each notebook and cell that failed, or the edition is public and
            myst-nb is to run them, in kernels that look nothing through.
    """
    if app.config.nb_execution_mode != "off":
        if editions.chosen(Path(app.srcdir)) == editions.PUBLIC:
            raise ExtensionError("公开版只能由本书自己计算：请把_config.yml里的execute_notebooks改回off，再运行一次。")
        begin_to_take_away(app)
        return
    root, now = Path(app.srcdir), _SNAPSHOTS[app]
    notebooks = notebooks_of(env, names)
    executed = fresh.Executed(root)
    if waiting := executed.waiting(notebooks, now):
        LOG.info("计算%d个笔记本……", len(waiting))

    report = takeaway.chapters(root, editions.chosen(root))
    missing = {notebooks[name] for name in waiting if name in report}
    if not missing:
        begin_to_take_away(app)

    def tell(path: Path, seconds: float, done: int, of: int) -> None:
        LOG.info("  %d/%d %s（%.1f秒）", done, of, path.relative_to(root).as_posix(), seconds)
        if path in missing:
            missing.remove(path)
            if not missing:
                begin_to_take_away(app)

    public = editions.chosen(root) == editions.PUBLIC
    gone = editions.labels(root, editions.PUBLIC) if public else set[str]()
    clean = partial(editions.cleaned, gone=gone) if public else fresh.same
    faults = executed.fill(notebooks, now, tell, app.config.nb_execution_timeout, clean)
    if faults:
        told = [f"{notebooks[n].relative_to(root).as_posix()}：{why}" for n, why in faults.items()]
        told.append(
            "书没有生成。请在JupyterLab里打开这个笔记本运行这一格，改正后重新生成；"
            "如果说的是数据，先运行python -m stateassets check。"
        )
        raise ExtensionError("\n".join(told))
    last = _LAST.get(app, {})
    names[:] = [name for name in names if last.get(name) != executed.came_out(name, now)]


def put_outputs(app: Sphinx, name: str, source: list[str]) -> None:
    """Give Sphinx the notebook that was run in place of the one without its outputs."""
    if app.config.nb_execution_mode != "off":
        return
    text = fresh.Executed(Path(app.srcdir)).find(name, _SNAPSHOTS[app])
    if text is not None:
        source[0] = text


def buttons(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Offer on every page to print it (the theme hides that) and to show how it was computed."""
    if doctree and "header_buttons" in context:
        for words_zh, icon, label, script in (
            (words.WORDS["Print to PDF"], "fas fa-print", "print-button", "window.print()"),
            (words.CODE_SWITCH, "fas fa-code", "code-button", ""),  # static/code.js
        ):
            context["header_buttons"].append(
                {"type": "javascript", "javascript": script, "tooltip": words_zh, "icon": icon, "label": label}
            )


def note_page(app: Sphinx, name: str, *_: object) -> None:
    """Note that a page is written; all others are finished already."""
    if builder := site_builder(app):
        _NEW[app].add(Path(builder.get_outfilename(name)))


def begin_beside(app: Sphinx, env: BuildEnvironment, names: list[str]) -> None:
    """Begin with what needs no page: the tables, and what the files to take away need first.

    Before the notebooks are run: while the kernels start there is little else to do.
    """
    if not site_builder(app):
        return
    root, now = Path(app.srcdir), _SNAPSHOTS[app]
    waiting = bool(fresh.Executed(root).waiting(notebooks_of(env, names), now))
    _HELPERS[app] = forks.helper()
    begun = _HELPERS[app].submit(_prepare, root, Path(app.outdir), editions.chosen(root), now, waiting)
    _MADE[app] = [begun]


def begin_to_take_away(app: Sphinx) -> None:
    """Begin with the files that a reader takes away; they need the report's notebooks, no page."""
    if not site_builder(app):
        return
    root, site, pictures = Path(app.srcdir), Path(app.outdir), Path(app.doctreedir) / "pictures"
    begun = _HELPERS[app].submit(_take_away, root, site, editions.chosen(root), _SNAPSHOTS[app], pictures)
    _MADE[app].append(begun)


def _prepare(root: Path, site: Path, edition: str, now: fresh.Snapshot, waiting: bool) -> str:
    shown = editions.shown(package(root)["resources"], edition)
    downloads.copy_tables(root / "data", site, shown)
    if waiting:
        takeaway.get_ready(root, edition, _report(root, edition, now).values())
    return ""


def _take_away(root: Path, site: Path, edition: str, now: fresh.Snapshot, pictures: Path) -> str:
    return takeaway.write(root, site, _report(root, edition, now), edition, pictures)


def _report(root: Path, edition: str, now: fresh.Snapshot) -> dict[str, str]:
    """Those notebooks of the report that have been run, by name."""
    executed = fresh.Executed(root)
    found = {name: executed.find(name, now) for name in takeaway.chapters(root, edition)}
    return {name: text for name, text in found.items() if text is not None}


def wait_for(made: Future[str]) -> None:
    """Wait for what is made beside the pages.

    Raises:
        ExtensionError: it cannot be made.
        OSError: it could not be written.
    """
    try:
        told = made.result()
    except takeaway.TakeawayError as error:
        raise ExtensionError(str(error)) from error
    except BrokenExecutor as error:
        raise ExtensionError(
            "没有做成可以带走的文件：做它的进程被结束了，也许是内存不够。请关掉别的程序，再运行一次。"
        ) from error
    if told:
        LOG.info(told)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Complete the site, and only if all is well put it in the last one's place.

    Raises:
        ExtensionError: something could not be written.
    """
    if app not in _SITES:
        return
    site = _SITES[app]
    try:
        if not exception:
            complete(app)
    except OSError as error:
        raise ExtensionError(f"没有写成书：{error}。磁盘满了就腾出空间，再运行一次。") from error
    finally:
        if app in _HELPERS:
            _HELPERS[app].shutdown()  # it writes into what may be cleared away
    # A strict build with warnings has failed, too.
    if not exception and not (app.keep_going and app._warncount):
        aside.put(site)
        fresh.confirm(site, Path(app.doctreedir))
        app.outdir = type(app.outdir)(site)
        return
    aside.clear(site)
    if any(site.iterdir()):
        LOG.info("这次没有生成新的书，%s里还是上一次生成的。", os.path.relpath(site))


def complete(app: Sphinx) -> None:
    """Add to the site what is not Sphinx's, and the marker.

    Raises:
        OSError: something could not be written.
        ExtensionError: a file to take away cannot be made.
    """
    builder = site_builder(app)
    assert builder
    root, site = Path(app.srcdir), Path(app.outdir)
    # Jupyter Book writes a redirect to the root document itself.
    names = [*app.env.found_docs, SEARCH_PAGE, "index"]
    fresh.remove_strangers(site, (Path(builder.get_outfilename(name)) for name in names))
    pages = fresh.pages(site)
    new = [page for page in pages if page in _NEW[app]]
    words.finish(new)
    glossary.finish(pages, new)
    search.write(site, pages, Path(app.doctreedir) / search.KEPT)
    tables, taken_away = _MADE[app]
    wait_for(tables)
    light.remove_unused(site.resolve(), pages)  # the tables' pages are looked at, too
    wait_for(taken_away)
    fresh.end(site, _SNAPSHOTS[app], fresh.Executed(root))
    for fault in _FAULTS[app].found:
        raise fault


def start_kernels(app: Sphinx) -> None:
    """Let the kernels' server start while Sphinx does, if it is sure to be needed."""
    # Kernels must compute with the sources that the fingerprint covers, not an installed copy.
    paths = [str(app.srcdir), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    if app.config.overrides.get("nb_execution_mode") == "off":
        with contextlib.suppress(OSError, editions.EditionError):  # told when the build meets it
            if fresh.Executed(Path(app.srcdir)).surely_waiting():
                kernels.start()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    start_kernels(app)
    # Else all that Sphinx made is looked through once more before the process ends.
    atexit.register(gc.freeze)
    # Late, so that the theme has chosen its own values; early enough for templates and env.
    app.connect("config-inited", configure, priority=900)
    app.connect("config-inited", alone, priority=0)
    app.connect("config-inited", choose, priority=1)
    app.connect("builder-inited", step_aside, priority=0)
    app.connect("builder-inited", without_sphinx_search)
    app.connect("builder-inited", keep_templates)
    app.connect("env-get-outdated", find_outdated)
    app.connect("env-before-read-docs", begin_beside)
    app.connect("env-before-read-docs", compute)
    app.connect("source-read", put_outputs)
    app.connect("html-collect-pages", search_page)
    app.connect("html-page-context", buttons, priority=900)
    app.connect("html-page-context", note_page)
    app.connect("build-finished", finish, priority=900)
    # Jupyter Book always sets this for an extension that the book does without.
    app.add_config_value("comments_config", {}, "")
    app.add_html_math_renderer("mathml", (formula.visit_inline, None), (formula.visit_block, None))
    app.add_css_file("icons.css", priority=900)
    app.add_css_file("book.css", priority=900)
    for script in ("finding.js", "search.js", "tables.js", "code.js", "explain.js", "enlarge.js"):
        app.add_js_file(script, loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
