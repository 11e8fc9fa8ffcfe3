"""The contents beside every page, made from the chapters' titles alone.

Sphinx copies the contents of each chapter with all its sections for each page, and then throws the sections
away: with every chapter beside every page that was a quarter of what writing the pages took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.environment.adapters.toctree import global_toctree_for_doc


class TitlesOnly:
    """A book's environment, but that the contents of a chapter are its title and the chapters below it."""

    def __init__(self, env: BuildEnvironment) -> None:
        self._env = env
        self.tocs = {name: titles(toc) for name, toc in env.tocs.items()}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)


def titles(toc: nodes.bullet_list) -> nodes.bullet_list:
    """Return a chapter's contents without its sections; as they are where they hold more than sections."""
    if any(isinstance(node, addnodes.toctree | addnodes.only) for node in toc.findall()):
        return toc
    if not all(isinstance(item, nodes.list_item) for item in toc.children):
        return toc
    bare = toc.copy()
    for item in toc.children:
        short = item.copy()
        short += [child.deepcopy() for child in item.children if not isinstance(child, nodes.bullet_list)]
        bare += short
    return bare


def maker(builder: StandaloneHTMLBuilder, env: Any, page: str, usual: Callable[..., str]) -> Callable[..., str]:
    """Return what a template calls ``toctree`` on a page; ``env`` is a ``TitlesOnly``.

    What is asked for with sections is left to the ``usual`` one.
    """

    def toctree(**asked: Any) -> str:
        if not asked.get("titles_only"):
            return usual(**asked)
        found = global_toctree_for_doc(cast(BuildEnvironment, env), page, builder, **_options(asked))
        return str(builder.render_partial(found)["fragment"])

    return toctree


def _options(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a template asks for with what Sphinx takes where it says nothing."""
    found = {"collapse": True, "includehidden": False, **asked}
    if found.get("maxdepth") == "":
        del found["maxdepth"]
    return found
