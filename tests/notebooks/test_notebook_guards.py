"""Chapters keep the house rules, and each rule's guard is shown to fail on a breach."""

import ast
import functools
import re
from pathlib import Path

import pytest
from many import every
from nbformat import v4
from notebook_guards import (
    GUARDS,
    NOTEBOOKS,
    ROOT,
    bare_code,
    defines,
    noisy,
    only_myst,
    read,
    silent,
    starred,
    style,
    tied_conclusion,
    too_long,
    typed_directions,
    typed_numbers,
    unexecuted,
)

from stateassets.present.sheet import BEGIN, html
from stateassets.report import Report


@every("path", NOTEBOOKS, ids=lambda p: p.stem)
@every("guard", GUARDS, ids=lambda g: g.__name__)
def test_every_chapter_keeps_the_rule(guard, path):
    assert guard(read(path)) == []


def notebook(*cells):
    return v4.new_notebook(cells=list(cells))


def code(source, *outputs, count=1):
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=count)


STDERR = v4.new_output("stream", name="stderr", text="Glyph missing")
ERROR = v4.new_output("error", ename="KeyError", evalue="x", traceback=[])
SHOWN = v4.new_output("stream", name="stdout", text="好")
SHEET = v4.new_output("display_data", {"text/html": html()})


@every(
    ("guard", "breach"),
    [
        (unexecuted, code("report.checks()", SHOWN, count=None)),
        (silent, code("report.checks()")),
        (noisy, code("report.checks()", STDERR)),
        (noisy, code("report.checks()", ERROR)),
        (too_long, code("\n".join(["x = report"] * 40), SHOWN)),
        (defines, code("def ratio(a, b):\n    return a / b", SHOWN)),
        (defines, code("ratio = lambda a, b: a / b", SHOWN)),
        (bare_code, code("report.checks()", SHOWN)),
        (tied_conclusion, code('of = report.register("hazards")\nreport.conclusion("")', SHOWN)),
        (typed_numbers, v4.new_markdown_cell("资产总额696.9亿元。")),
        (typed_numbers, v4.new_markdown_cell("资产总额６９６亿元。")),
        (typed_numbers, v4.new_markdown_cell("# 二（一）1 国企改革3年")),
        (typed_numbers, v4.new_markdown_cell("一级企业六家。")),
        (typed_numbers, v4.new_markdown_cell("[//]: # (profile-A)\n# 一级企业A\n有3户")),
        (typed_numbers, code('report.say("增长5.1%")', SHOWN)),
        (typed_numbers, code('report.say(f"增长{x}，共三户")', SHOWN)),
        (typed_numbers, code('report.say("二（一）2项")', SHOWN)),
        (typed_directions, code('report.draw(bars, rows, caption="资产", alt="各企业有升有降，见下表")', SHOWN)),
        (typed_directions, code('report.draw(bars, rows, caption="资产下降的企业")', SHOWN)),
        (typed_directions, code('told = "{name}亏损最多"\nreport.draw(bars, rows, finding=told, caption="x")', SHOWN)),
        (
            typed_directions,
            code('report.draw(bars, rows, caption="资产", alt=("最多的是" if x else "") + "{n}")', SHOWN),
        ),
        (starred, v4.new_markdown_cell("**资产总额（亿元）：**截至年末")),
        (only_myst, v4.new_markdown_cell("(assets)=\n# 资产负债")),
        (only_myst, v4.new_markdown_cell("```{note}\n**合并**报表\n```")),
        (only_myst, v4.new_markdown_cell(":::{note}\n合并报表\n:::")),
        (only_myst, v4.new_markdown_cell("见{doc}`数据<data>`。")),
        (only_myst, v4.new_markdown_cell("见[数据](#data)。")),
        (style, code("report.checks()", SHOWN)),
        (style, code("report.checks()", SHOWN, SHEET)),
        (style, code("report.checks()", v4.new_output("display_data", {"text/html": BEGIN + "p{}"}), SHOWN)),
    ],
)
def test_the_guard_fails_on_a_breach(guard, breach):
    assert guard(notebook(breach))


@pytest.mark.parametrize(
    "fine",
    [
        v4.new_markdown_cell("[//]: # (assets)\n# 一（二）资产负债\n见[数据](../9_reference/3_data.ipynb)"),
        v4.new_markdown_cell("[//]: # (reform)\n# 二（一）1 国企改革"),
        v4.new_markdown_cell("[//]: # (profile-A3)\n# 第3城建公司"),
        code('report.say("增长{total_assets.yoy}，共{n}家", n=1)', SHOWN),
        code('report = Report("二（一）2")', SHOWN),
    ],
)
def test_what_is_not_a_number_in_prose_passes(fine):
    assert typed_numbers(notebook(fine)) == []


@pytest.mark.parametrize(
    "fine",
    [
        code('report.draw(dots, rows, caption="国有资本保值增值率：各地公布数", finding="{drawn.most}")', SHOWN),
        code('report.say("资产下降的企业{n}户", n=1)', SHOWN),  # sentences are another matter
        code('report.draw(bars, rows, caption="各企业比上年的增减，离线最近的在上")', SHOWN),
    ],
)
def test_what_states_no_direction_passes(fine):
    assert typed_directions(notebook(fine)) == []


# --- no printed figure stands in the package as a literal ----------------------------------------


def literals(path: Path) -> set[str]:
    """Numbers, and numbers inside strings, that stand in a Python file outside docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docstrings}


@functools.cache
def telling_claims() -> set[str]:
    """Printed figures with three telling digits: shorter and round ones are there by chance."""
    texts = {c.text.lstrip("-") for c in Report(root=ROOT).claims}
    return {t for t in texts if t.isascii() and len(re.sub(r"\D", "", t).strip("0")) >= 3}


def claimed_literals(path: Path, claims: set[str]) -> list[str]:
    """Literals in which a printed figure stands as a number of its own."""
    one = re.compile(r"(?<![\d.])(?:" + "|".join(map(re.escape, sorted(claims))) + r")(?![\d.]\d*)")
    return sorted(text for text in literals(path) if one.search(text))


SOURCES = [*(ROOT / "stateassets").rglob("*.py"), *(ROOT / "tools").rglob("*.py")]


def test_there_are_claims_to_look_for():
    assert {"696.9", "401.7", "57.6", "5697"} <= telling_claims()


@every("path", SOURCES, ids=lambda p: p.name)
def test_no_printed_figure_is_a_literal(path):
    assert claimed_literals(path, telling_claims()) == []


def test_a_printed_figure_as_a_literal_is_found(tmp_path):
    path = tmp_path / "bad.py"
    path.write_text('total = 696.9\nsentence = "负债401.7亿元"\n', encoding="utf-8")
    assert len(claimed_literals(path, telling_claims())) == 2
