"""One build of the book: what it knows, and what it does at each step of Sphinx's."""

from __future__ import annotations

import atexit
import json
import logging
import os
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

import yaml
from jinja2 import FileSystemBytecodeCache
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError, ExtensionError
from sphinx.util.logging import NAMESPACE, getLogger

from ..cache import Store
from ..editions import edition as editions
from ..notebooks import forks
from ..notebooks.run import NOT_STARTED
from ..tables import files
from ..tables.data_errors import DataError
from ..tables.text_files import read_json
from ..tables.troubles import trouble
from . import (
    build_cache,
    dataset,
    downloads,
    glossary,
    prune_assets,
    search,
    sidebar,
    staging,
    standing,
    takeaway,
    translations,
)
from .origins import BARE, Origins

LOG = getLogger(__name__)
HERE = Path(__file__).parent
SEARCH_PAGE = "search"
EMPTY = '{"cells": []}'  # a notebook
WIDGETS = {"sa-compare": (("numbers.js", "compare.js"), "compare.css")}  # by what the page calls the place of it
BESIDE = ("data", "downloads")  # folders of the site that are not Sphinx's


@dataclass(frozen=True)
class Manner:
    """How this process builds.

    ``takes_away``: whether the files to take away are made; ``first``: documents that somebody waits for, of
    which the pages are put into the folder ``shown`` and nothing else is done, if others are to be built, too;
    ``showing`` hears that they are there;
    ``hears``: who is told of Sphinx's warnings;
    ``before_running`` stops the build, by an ExtensionError, if it is known to fail; ``reading`` hears that
    documents are read from here on: a build that is stopped then costs the next one time;
    ``has_kernels``: whether there is a server of kernels already; ``wait`` returns, with a manner of its own put
    here, when there is something to build, and ``hold`` ends a build for which something else had been got ready.
    """

    takes_away: bool = True
    first: frozenset[str] = frozenset()
    shown: Path = Path()
    showing: Callable[[], None] = lambda: None
    hears: tuple[logging.Handler, ...] = ()
    before_running: Callable[[], None] = lambda: None
    reading: Callable[[], None] = lambda: None
    has_kernels: bool = False
    wait: Callable[[], None] | None = None
    hold: Callable[[], None] = lambda: None


manner = Manner()  # as anybody builds; ``serving`` puts another here


def package(root: Path) -> dict[str, Any]:
    """The data package of the book with the tables that it has; those that it leaves out need no file.

    Raises:
        ConfigError: the package or a table's file is missing.
    """
    try:
        content: dict[str, Any] = read_json(root / "data" / "datapackage.json")
        content["resources"] = [r for r in content["resources"] if not r.get("absent")]
        tables = [resource["path"] for resource in content["resources"]]
        content["title"]
    except DataError as error:
        raise ConfigError(f"数据包说明文件读不懂。data/{error}") from None
    except (AttributeError, KeyError, TypeError):
        raise ConfigError(
            "数据包说明文件data/datapackage.json里要写明title（标题）和resources（各张表）。"
            "请运行python -m stateassets check，照它说的改正。"
        ) from None
    missing = [table for table in tables if not (root / "data" / table).is_file()]
    if missing:
        raise ConfigError(f"数据包里声明的表不存在：{'、'.join(missing)}。请把文件放进data文件夹。")
    return content


def notebooks_of(env: BuildEnvironment, names: Iterable[str]) -> dict[str, Path]:
    """Those of the documents that are notebooks, with their files."""
    found = {name: Path(env.doc2path(name)) for name in names}
    return {name: path for name, path in found.items() if path.suffix == ".ipynb"}


def documents(env: BuildEnvironment) -> dict[str, Path]:
    """The source file of every document of the book."""
    return {name: Path(env.doc2path(name)) for name in env.found_docs}


def contents_of(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """The title and the number of every document that has been read."""
    numbers = {name: str(of.get("")) for name, of in env.toc_secnumbers.items()}
    return {name: (title.astext(), numbers.get(name, "")) for name, title in env.titles.items()}


class Build:
    """One run of Sphinx over the book; its methods are called at Sphinx's events, in the order of ``connect``."""

    def __init__(self, app: Sphinx, whole: Origins | None = None) -> None:
        """``whole``: what the book was made from when the build began, which is noted when it has ended well."""
        self.app, self.whole = app, whole
        self.snapshot: build_cache.Snapshot  # the sources as this build found them
        self.site: Path | None = None  # the folder it is built for, once there is a copy to build in
        self.idle = False  # whether the site is already what it would become
        self.last: dict[str, str] = {}  # how the pages' notebooks came out last time, see build_cache.begin
        self.lock: IO[str] | None = None
        self.faults = staging.WriteFaults()
        self.helper: Executor | None = None
        self.made: list[Future[None]] = []  # what it makes: the tables with their pages, the files to take away
        self.environment: bytes | None = None  # Sphinx's, until documents are read
        self.contents: dict[str, tuple[str, str]] = {}  # as they were
        self.first: frozenset[str] = frozenset()  # the documents that are built alone, see Manner
        self.new: set[Path] = set()  # pages that this build writes
        self.package: dict[str, Any] = {}  # its declaration
        self.titles: sidebar.TitlesOnly | None = None  # once pages are written

    @property
    def root(self) -> Path:
        """The book's folder."""
        return Path(self.app.srcdir)

    @property
    def edition(self) -> str:
        """The edition that is made."""
        return editions.chosen(self.root)

    @property
    def doctrees(self) -> Path:
        """The folder of what Sphinx and this build keep from one time to the next."""
        return Path(self.app.doctreedir)

    def connect(self) -> None:
        """Have each step made at its event."""
        # The title late, so that the theme has chosen its own values; early enough for templates and env.
        for event, step, priority in (
            ("config-inited", self.alone, 0),
            ("config-inited", self.choose, 1),
            ("config-inited", self.configure, 900),
            ("builder-inited", self.await_word, -1),
            ("builder-inited", self.step_aside, 0),
            ("builder-inited", self.without_sphinx_search, 500),
            ("builder-inited", self.keep_templates, 500),
            ("env-get-outdated", self.find_outdated, 500),
            ("env-before-read-docs", self.begin_beside, 500),
            ("env-before-read-docs", self.compute, 500),
            ("env-before-read-docs", self.begin_to_read, 900),
            ("source-read", self.put_outputs, 500),
            ("env-updated", self.rename, 900),
            ("html-collect-pages", self.search_page, 500),
            ("html-page-context", self.note_page, 500),
            ("html-page-context", self.contents_beside, 500),
            ("html-page-context", self.add_widgets, 500),
            ("html-page-context", self.describe, 900),
            ("html-page-context", self.buttons, 900),
            ("build-finished", self.finish, 900),
        ):
            self.app.connect(event, partial(_at_event, step), priority)

    def configure(self, config: Config) -> None:
        """Take the title from the data package and put the local files in front of the theme's."""
        self.package = package(self.root)
        title = self.package["title"]
        config.project = config.html_title = title
        config.html_theme_options["extra_footer"] = editions.NAMES[self.edition]
        config.html_theme_options["footer_content_items"] = ["extra-footer"]
        config.templates_path.insert(0, str(HERE / "templates"))
        config.html_static_path.append(str(HERE / "static"))
        config.html_favicon = str(HERE / "static" / "icon.svg")  # else a browser asks for one that is not there
        translations.install(self.app)

    def site_builder(self) -> StandaloneHTMLBuilder | None:
        """The builder of the site; None where something else is built, as for a link check."""
        builder = self.app.builder
        if isinstance(builder, StandaloneHTMLBuilder) and builder.name == "html":
            return builder
        return None

    def choose(self, config: Config) -> None:
        """Leave the chapters out of the contents that the edition does not have, or that have nothing to say.

        Raises:
            ConfigError: there is no such edition.
        """
        try:
            edition = self.edition
        except editions.EditionError as error:
            raise ConfigError(str(error)) from None
        contents = self.root / config.external_toc_path
        if not contents.is_file():
            return
        listed = yaml.safe_load(contents.read_text("utf-8"))
        kept = editions.contents(self.root, listed, edition)
        if kept == listed:
            return
        part = self.doctrees / f"toc-{edition}.yml"
        files.write(part, yaml.safe_dump(kept, allow_unicode=True, sort_keys=False))
        config.external_toc_path = str(part)

    def alone(self, _config: Config) -> None:
        """Let nobody else build while this build is under way, which one that only gets ready is not.

        Raises:
            ExtensionError: somebody does.
        """
        if not manner.wait:
            self.take_lock()

    def await_word(self) -> None:
        """Wait, where everything is got ready before there is something to build.

        Raises:
            ExtensionError: somebody else builds.
        """
        if manner.wait:
            manner.wait()
            self.take_lock()
            manner.hold()

    def take_lock(self) -> None:
        """Take the lock of the book.

        Raises:
            ExtensionError: somebody else has it.
        """
        try:
            self.lock = staging.lock(self.doctrees)
        except staging.BusyError as error:
            raise ExtensionError(str(error)) from None

    def step_aside(self) -> None:
        """Build in a copy of the last good site, which stays as it is until the end.

        Raises:
            ExtensionError: the copy cannot be made.
        """
        if not (builder := self.site_builder()):
            return
        assert self.lock  # taken before any builder is begun
        site = Path(self.app.outdir)
        atexit.register(staging.leave, site, self.lock)  # however the build ends but by a kill
        try:
            # What lies beside Sphinx's pages, most of a site, follows if it comes to that.
            copy = type(self.app.outdir)(staging.begin(site, BESIDE))
        except OSError as error:
            raise ExtensionError(f"没有地方生成书：{trouble(error)}。") from error
        self.site = site
        self.app.outdir = builder.outdir = copy
        for handler in (self.faults, *manner.hears):
            logging.getLogger(NAMESPACE).addHandler(handler)

    def without_sphinx_search(self) -> None:
        """Keep Sphinx from making a search index that finds almost no Chinese."""
        if builder := self.site_builder():
            builder.search = False

    def keep_templates(self) -> None:
        """Compile the theme's templates once, not in every build."""
        if builder := self.site_builder():
            folder = self.doctrees / "templates"
            folder.mkdir(parents=True, exist_ok=True)
            builder.templates.environment.bytecode_cache = FileSystemBytecodeCache(str(folder))

    def search_page(self) -> list[tuple[str, dict[str, Any], str]]:
        """The page of the book's own search."""
        return [(SEARCH_PAGE, {}, "search.html")] if self.site_builder() else []

    def find_outdated(self, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
        """Name the documents to build again."""
        self.snapshot = build_cache.Snapshot.take(self.root, documents(env))
        self.environment, self.contents = self.kept_environment(), contents_of(env)
        if not self.site_builder():
            return []
        site = Path(self.app.outdir)
        again = build_cache.begin(site, self.doctrees, self.snapshot)
        same = not (again or added or changed or removed) and build_cache.same_tables(site, self.snapshot)
        self.idle = same and not any(self.app.builder.get_outdated_docs())
        waiting = again.keys() | added | changed
        first = manner.first & waiting
        if first and first != waiting and build_cache.looks_the_same(site, self.snapshot):
            self.first = first
            self.leave_doctrees(env)
        elif self.site and not self.idle:
            staging.add(self.site, BESIDE)
        self.last = {name: how for name, how in again.items() if how and name not in added | changed}
        return sorted(again)

    def leave_doctrees(self, env: BuildEnvironment) -> None:
        """Read into another folder: the doctrees that there are stay as the site was made from them."""
        copy = Path(self.app.outdir) / ".doctrees"
        for path in self.doctrees.rglob("*.doctree"):
            name = path.relative_to(self.doctrees)
            if name.with_suffix("").as_posix() not in self.first:  # those are written
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                staging.link(path, copy / name)
        env.doctreedir = self.app.builder.doctreedir = type(self.app.doctreedir)(copy)

    def compute(self, env: BuildEnvironment, names: list[str]) -> None:
        """Run the notebooks that are to be read and have not been run as they are now.

        Those that come out as they did are taken off the list: their pages are made already.
        Where the configuration has myst-nb run them (``execute_notebooks``), nothing is done.

        Raises:
            ExtensionError: naming each notebook and cell that failed, or the edition is public and
                myst-nb is to run them, in kernels that look nothing through.
        """
        if self.app.config.nb_execution_mode != "off":
            if self.edition == editions.PUBLIC:
                raise ExtensionError(
                    "公开版只能由本书自己计算：请把_config.yml里的execute_notebooks改回off，再运行一次。"
                )
            self.begin_to_take_away()
            return
        manner.before_running()
        if self.first:
            names[:] = [name for name in names if name in self.first]
        root, now = self.root, self.snapshot
        notebooks = notebooks_of(env, names)
        executed = build_cache.Executed(root)
        if waiting := executed.waiting(notebooks, now):
            LOG.info("计算%d个笔记本……", len(waiting))

        report = takeaway.chapters(root, self.edition)
        missing = {notebooks[name] for name in waiting if name in report}
        if not missing:
            self.begin_to_take_away()

        def tell(path: Path, seconds: float, done: int, of: int) -> None:
            LOG.info("  %d/%d %s（%.1f秒）", done, of, path.relative_to(root).as_posix(), seconds)
            if path in missing:
                missing.remove(path)
                if not missing:
                    self.begin_to_take_away()

        gone = editions.labels(root, self.edition)
        clean = editions.cleaned if self.edition == editions.PUBLIC else editions.without_links
        faults = executed.fill(notebooks, now, tell, self.app.config.nb_execution_timeout, partial(clean, gone=gone))
        if stuck := sorted({why for why in faults.values() if why.startswith((NOT_STARTED, build_cache.MOVED))}):
            raise ExtensionError("\n".join(f"书没有生成：{why}。" for why in stuck))
        if faults:
            told = [f"{notebooks[n].relative_to(root).as_posix()}：{why}" for n, why in faults.items()]
            told.append(
                "书没有生成。请在JupyterLab里打开这个笔记本运行这一格，改正后重新生成；"
                "如果说的是数据，先运行python -m stateassets check。"
            )
            raise ExtensionError("\n".join(told))
        refuse_attributions(root, notebooks, lambda name: executed.find(name, now))
        names[:] = [name for name in names if self.last.get(name) != executed.came_out(name, now)]

    def kept_environment(self) -> bytes | None:
        """Sphinx's own record, which it deletes whenever something goes wrong."""
        kept = self.doctrees / ENV_PICKLE_FILENAME
        return kept.read_bytes() if kept.is_file() else None

    def begin_to_read(self, env: BuildEnvironment, names: list[str]) -> None:
        """Take the doctrees' marker away until the build has ended, if they are going to change."""
        if not self.first and (names or env.all_docs.keys() - env.found_docs):
            self.environment = None
            if self.site_builder():
                build_cache.distrust(self.doctrees)
            manner.reading()

    def put_outputs(self, name: str, source: list[str]) -> None:
        """Give Sphinx the notebook that was run, with what all chapters say alike, in place of the bare one.

        Raises:
            ExtensionError: somebody has cleared the cache meanwhile.
        """
        if self.app.config.nb_execution_mode != "off":
            return
        if Path(self.app.env.doc2path(name)).suffix != ".ipynb":
            return
        text = build_cache.Executed(self.root).find(name, self.snapshot)
        if text is None:
            raise ExtensionError(f"{name}的计算结果在生成时被清掉了，书没有生成。请再运行一次。")
        source[0] = json.dumps(standing.parsed(text), ensure_ascii=False)

    def rename(self, env: BuildEnvironment) -> list[str]:
        """Have every page written again if a title or number has changed, which all have at their side."""
        return [] if self.first or contents_of(env) == self.contents else sorted(env.found_docs)

    def describe(self, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        """Say in the page's head what data it is."""
        if doctree:
            to_site = "../" * name.count("/")
            context["metatags"] += dataset.of_page(context["title"], context["body"], self.package, to_site)

    def buttons(self, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        """Offer on every page to print it (the theme hides that) and to show how it was computed."""
        if doctree and "header_buttons" in context:
            for words_zh, icon, label, script in (
                (translations.WORDS["Print to PDF"], "fas fa-print", "print-button", "window.print()"),
                (translations.CODE_SWITCH, "fas fa-code", "code-button", ""),  # static/code.js
            ):
                context["header_buttons"].append(
                    {"type": "javascript", "javascript": script, "tooltip": words_zh, "icon": icon, "label": label}
                )

    def add_widgets(self, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        """Load what shows a widget on the pages that have one, and on no others."""
        for widget, (scripts, sheet) in WIDGETS.items():
            if f'<div id="{widget}">' in context.get("body", ""):
                for script in scripts:
                    self.app.add_js_file(script, loading_method="defer")
                self.app.add_css_file(sheet, priority=900)

    def note_page(self, name: str, *_: object) -> None:
        """Note that a page is written; all others are finished already."""
        if builder := self.site_builder():
            self.new.add(Path(builder.get_outfilename(name)))

    def contents_beside(self, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
        """Have the contents beside the page made from titles alone."""
        if builder := self.site_builder():
            self.titles = self.titles or sidebar.TitlesOnly(self.app.env)
            context["toctree"] = sidebar.maker(builder, self.titles, name, context["toctree"])

    def begin_beside(self, env: BuildEnvironment, names: list[str]) -> None:
        """Begin with what needs no page: the tables, and what the files to take away need first.

        Before the notebooks are run: while the kernels start there is little else to do.
        """
        if not self.site_builder() or self.idle or self.first:
            return
        root, now = self.root, self.snapshot
        waiting = bool(build_cache.Executed(root).waiting(notebooks_of(env, names), now))
        waiting = waiting and manner.takes_away
        self.helper = forks.helper()
        self.made = [self.helper.submit(_prepare, root, Path(self.app.outdir), self.edition, now, waiting)]

    def begin_to_take_away(self) -> None:
        """Begin with the files that a reader takes away; they need the report's notebooks, no page."""
        if self.helper and manner.takes_away:
            site = Path(self.app.outdir)
            self.made.append(self.helper.submit(_take_away, self.root, site, self.edition, self.snapshot))

    def finish(self, exception: Exception | None) -> None:
        """Complete the site, and only if all is well put it in the last one's place.

        Raises:
            ExtensionError: something could not be written.
        """
        if not (site := self.site):
            return
        told = self.app.keep_going and self.app._warncount  # a strict build with warnings has failed, too
        if self.idle and not self.new and not exception and not told:
            staging.clear(site)
            build_cache.confirm(site, self.doctrees)
            self.app.outdir = type(self.app.outdir)(site)
            self.note()
            return
        well = not exception and not told
        try:
            if self.first:
                if well:
                    self.show_first()
            elif not exception:
                if self.idle:  # there was something to write all the same
                    self.idle = False
                    staging.add(site, BESIDE)
                    self.begin_beside(self.app.env, [])
                    self.begin_to_take_away()
                self.complete()
        except OSError as error:
            raise ExtensionError(f"没有写成书：{trouble(error)}。") from error
        finally:
            if self.helper:
                self.helper.shutdown()  # it writes into what may be cleared away
        if well and not self.first:
            staging.put(site)
            build_cache.confirm(site, self.doctrees)
            self.app.outdir = type(self.app.outdir)(site)
            self.note()
            return
        if self.environment:  # nothing else has been touched
            files.write(self.doctrees / ENV_PICKLE_FILENAME, self.environment)
        staging.clear(site)
        if not well and any(site.iterdir()):
            LOG.info("这次没有生成新的书，%s里还是上一次生成的。", os.path.relpath(site))

    def note(self) -> None:
        """Note what the site was made from, unless something was warned of, which ought to be told again."""
        if self.whole and not self.app._warncount:
            self.whole.keep(BARE)

    def finish_pages(self, pages: list[Path]) -> list[Path]:
        """Give the pages that are new what is not Sphinx's; return which they are."""
        new = [page for page in pages if page in self.new]
        translations.finish(new)
        glossary.finish(pages, new)
        return new

    def show_first(self) -> None:
        """Put the pages that somebody waits for where they are looked for."""
        site = Path(self.app.outdir)
        for page in self.finish_pages(build_cache.pages(site)):
            target = manner.shown / page.relative_to(site)
            target.parent.mkdir(parents=True, exist_ok=True)
            files.write(target, page.read_bytes())
        manner.showing()

    def complete(self) -> None:
        """Add to the site what is not Sphinx's, and the marker.

        Raises:
            OSError: something could not be written.
            ExtensionError: a file to take away cannot be made.
        """
        builder = self.site_builder()
        assert builder
        root, site = self.root, Path(self.app.outdir)
        # Jupyter Book writes a redirect to the root document itself.
        names = [*self.app.env.found_docs, SEARCH_PAGE, "index"]
        build_cache.remove_strangers(site, (Path(builder.get_outfilename(name)) for name in names))
        pages = build_cache.pages(site)
        self.finish_pages(pages)
        search.write(site, pages, Store(root))
        tables, *taken_away = self.made
        wait_for(tables)
        prune_assets.remove_unused(site.resolve(), pages)  # the tables' pages are looked at, too
        for files_made in taken_away:
            wait_for(files_made)
        build_cache.end(site, self.snapshot, build_cache.Executed(root), bool(taken_away))
        Store(root).trim()
        for fault in self.faults.found:
            raise fault


def _at_event(step: Callable[..., Any], _app: Sphinx, *facts: Any) -> Any:
    """Call a step as Sphinx calls its listeners: the build knows the application already.

    Raises:
        ExtensionError: the disk is full, or the like.
    """
    try:
        return step(*facts)
    except OSError as error:
        raise ExtensionError(f"书没有生成：{trouble(error)}。") from error


def refuse_attributions(root: Path, notebooks: dict[str, Path], find: Callable[[str], str | None]) -> None:
    """Stop where a chapter, as it was run, says that the report states what it is not known to state.

    Raises:
        ExtensionError: naming each such chapter.
    """
    found = {path: standing.attributions(find(name) or EMPTY) for name, path in notebooks.items()}
    told = [
        f"{path.relative_to(root).as_posix()}：页面上有“{'”“'.join(dict.fromkeys(words))}”，后面却不是“报告内容逐条表”里的话。"
        "书没有生成。报告写了的，请用statements.page的states写出来；报告没有写的，请改掉这几个字。"
        for path, words in found.items()
        if words
    ]
    if told:
        raise ExtensionError("\n".join(told))


def _prepare(root: Path, site: Path, edition: str, now: build_cache.Snapshot, waiting: bool) -> None:
    declared = package(root)
    shown = editions.shown(declared["resources"], edition)
    downloads.copy_tables(root / "data", site, shown, declared.get("year", 0))
    if waiting:
        takeaway.get_ready(root, edition, _report(root, edition, now).values())


def _take_away(root: Path, site: Path, edition: str, now: build_cache.Snapshot) -> None:
    takeaway.write(root, site, _report(root, edition, now), Store(root), edition)


def _report(root: Path, edition: str, now: build_cache.Snapshot) -> dict[str, str]:
    """Those notebooks of the report that have been run, by name."""
    executed = build_cache.Executed(root)
    found = {name: executed.find(name, now) for name in takeaway.chapters(root, edition)}
    return {name: text for name, text in found.items() if text is not None}


def wait_for(made: Future[None]) -> None:
    """Wait for what is made beside the pages.

    Raises:
        ExtensionError: it cannot be made.
        OSError: it could not be written.
    """
    try:
        made.result()
    except takeaway.TakeawayError as error:
        raise ExtensionError(str(error)) from error
    except BrokenExecutor as error:
        raise ExtensionError(
            "没有做成可以带走的文件：做它的进程被结束了，也许是内存不够。请关掉别的程序，再运行一次。"
        ) from error
