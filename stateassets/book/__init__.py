"""The book around the notebooks: fresh numbers, Chinese words, search, downloads, looks.

A local Sphinx extension, so that ``jupyter-book build .`` needs nothing installed for it. Where that has
nothing to do it ends here, before Sphinx loads its other extensions.
"""

from __future__ import annotations

import atexit
import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from .origins import Origins

COMMANDS = ("jupyter-book", "jb")
PLAIN = {"build", ".", "./", "-W", "-n", "--keep-going"}  # words that ask for the site, and for no page anew


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx.

    Raises:
        SystemExit: the book is already what it would become.
    """
    # Else all that Sphinx made and imported is looked through once more before the process ends.
    atexit.register(gc.freeze)
    own = app.config.overrides.get("nb_execution_mode") == "off"  # else somebody else runs the notebooks
    origins = of_a_plain_build(Path(app.srcdir), Path(app.outdir)) if own else None
    if origins and origins.is_built():
        from .origins import told_unchanged

        print(told_unchanged(origins.root))
        raise SystemExit(0)
    from .extension import extend

    return extend(app, origins)


def of_a_plain_build(root: Path, site: Path) -> Origins | None:
    """Return what a book is made from, where this program is ``jupyter-book build .`` with this very package.

    None for anything else: a link check, all pages anew, a build within another program.
    """
    if Path(sys.argv[0]).stem not in COMMANDS or not {*sys.argv[1:]} <= PLAIN:
        return None
    from .origins import SITE, Origins

    own = root / "stateassets"
    if site != root / SITE or not own.is_dir() or not own.samefile(Path(__file__).parents[1]):
        return None
    try:
        return Origins.look(root)
    except OSError:  # told when the build meets it
        return None
