"""What the book's Sphinx extension does when there is something to build."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError, SphinxError

from .. import notebooks as kernels
from ..editions import edition as editions
from ..tables.troubles import trouble
from . import build, build_cache, formula
from .anchors import Anchors
from .origins import Origins


def make_room(app: Sphinx) -> None:
    """Make the site's folder, as Sphinx would, which then fails with a traceback.

    Raises:
        ExtensionError: it cannot be made.
    """
    try:
        Path(app.outdir).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExtensionError(f"书没有生成：{trouble(error)}。") from error


def start_kernels(app: Sphinx) -> None:
    """Let the kernels' server start while Sphinx does, if it is sure to be needed."""
    # Kernels must compute with the sources that the fingerprint covers, not an installed copy.
    paths = [str(app.srcdir), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    if app.config.overrides.get("nb_execution_mode") == "off" and not build.manner.has_kernels:
        with contextlib.suppress(OSError, editions.EditionError):  # told when the build meets it
            if build_cache.Executed(Path(app.srcdir)).surely_waiting():
                kernels.start()


def end_in_words(app: Sphinx) -> None:
    """Let a build that fails say why, and nothing else."""
    make, plain = app.build, sys.excepthook

    def told(*args: Any, **options: Any) -> None:
        try:
            make(*args, **options)
        except Exception as error:
            if fault := of_the_computer(error):
                raise ExtensionError(f"书没有生成：{trouble(fault)}。") from error
            raise

    def end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, RuntimeError) and isinstance(error.__cause__, SphinxError):  # Jupyter Book's last word
            print("书没有生成，原因见上。", file=sys.stderr)
        else:
            plain(kind, error, trace)

    app.build = told  # type: ignore[method-assign]
    sys.excepthook = end


def of_the_computer(error: BaseException | None) -> BaseException | None:
    """Return what the computer refused, where an error comes of that and nobody has told it yet."""
    while error and not isinstance(error, (OSError, MemoryError)):
        # Sphinx wraps what a listener raises.
        error = getattr(error, "orig_exc", None)
    return error


def extend(app: Sphinx, whole: Origins | None) -> dict[str, Any]:
    """Register the extension with Sphinx; ``whole`` is what the book is made from, if that is to be noted."""
    end_in_words(app)
    make_room(app)
    start_kernels(app)
    build.Build(app, whole).connect()
    app.add_transform(Anchors)
    # Jupyter Book always sets this for an extension that the book does without.
    app.add_config_value("comments_config", {}, "")
    app.add_html_math_renderer("mathml", (formula.visit_inline, None), (formula.visit_block, None))
    for sheet in ("icons.css", "outputs.css", "book.css"):
        app.add_css_file(sheet, priority=900)
    # taking.js before those who use it, blocks.js before tables.js, which asks it to open what a table stands in.
    for script in ("taking", "search", "blocks", "tables", "code", "explain", "enlarge", "charts", "anchors"):
        app.add_js_file(f"{script}.js", loading_method="defer")
    for script in ("numbers", "finding", "found"):  # a browser leaves these alone until search.js wants them
        app.add_js_file(f"{script}.js", type="text/later")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
