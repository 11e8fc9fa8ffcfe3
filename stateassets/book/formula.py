"""Formulas as MathML, made while the book is built: no MathJax, no network."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml


def visit_inline(translator: Any, node: nodes.math) -> None:
    """Write an inline formula. Raises docutils' MathError if it is not understood."""
    translator.body.append(str(tex2mathml(node.astext())))
    raise nodes.SkipNode


def visit_block(translator: Any, node: nodes.math_block) -> None:
    """Write a displayed formula in the frame that all formulas of the book have."""
    formula = tex2mathml(node.astext(), as_block=True)
    translator.body.append(f'<div class="sa-formula">{formula}</div>\n')
    raise nodes.SkipNode
