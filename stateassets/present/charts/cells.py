"""A grid of coloured cells, each with the first character of the word that it stands for."""

from __future__ import annotations

from collections.abc import Sequence

from ...tables.origins import Origin
from ..style import (
    LEVEL_FILLS,
    LINE,
    MUTED,
    ON_DEEP,
    ON_PALE,
    ORANGE,
    SAND,
    SILVER,
    SKY,
    SLATE,
    SMALL,
    WIDTH,
    ChartError,
    UndrawableError,
)
from .base import GAP, Canvas, Chart, both_widths, text_height, wrap

# Word -> what stands in its cell, the cell's colour and that of the text; worst first.
CELLS = {
    **{word: (word[0], *fill) for word, fill in LEVEL_FILLS.items()},
    "漏报": ("漏", ORANGE, ON_DEEP),
    "晚报又更正": ("晚更", SAND, ON_PALE),
    "晚报": ("晚", SAND, ON_PALE),
    "更正": ("更", SILVER, ON_PALE),
    "未报": ("未", ORANGE, ON_DEEP),
    "已退回未补": ("退", SLATE, ON_DEEP),
    "待审": ("待", SKY, ON_PALE),
    "迟报": ("迟", SAND, ON_PALE),
    "修订": ("修", SILVER, ON_PALE),
}
HEIGHT = 18.0


@both_widths
def grid(
    rows: Sequence[tuple[str, Sequence[str]]],
    columns: Sequence[str],
    *,
    none: str = "无",
    caption: str,
    alt: str,
    origin: Origin | None,
    width: float = WIDTH,
) -> Chart:
    """Draw one word for each row and column as a coloured cell; where it is empty there is none.

    ``none`` is what the table beside the picture says there. Raises ChartError for a word
    without a colour of its own.
    """
    if not rows or not columns:
        raise UndrawableError("没有可画的数据")
    if any(len(cells) != len(columns) for _, cells in rows):
        raise ChartError("每一行的格数要与列数一致")
    words = {word for _, cells in rows for word in cells if word}
    if unknown := words - set(CELLS):
        raise ChartError(f"没有给“{'、'.join(sorted(unknown))}”定颜色")
    legend = [("box", CELLS[word][1], f"{CELLS[word][0]}：{word}") for word in CELLS if word in words]
    canvas = Canvas("", origin, legend, width=width)
    left, labels = canvas.labels([label for label, _ in rows])
    step = (width - left) / len(columns)
    heads = [wrap(name, SMALL, step - 2) for name in columns]
    tall = max(text_height(head, SMALL) for head in heads)
    for i, head in enumerate(heads):
        top = canvas.y + tall - text_height(head, SMALL)
        canvas.block(left + step * (i + 0.5), top, head, SMALL, MUTED, "center")
    canvas.y += tall + 4
    half = min(step - 2, 4 * GAP + 10) / 2
    for lines, (label, cells) in zip(labels, rows, strict=True):
        canvas.line([(0, canvas.y), (width, canvas.y)], LINE, 0.6)
        y = canvas.row(lines, HEIGHT + 6)
        for i, word in enumerate(cells):
            if word:
                text, fill, ink = CELLS[word]
                x = left + step * (i + 0.5)
                with canvas.datum(f"{label}，{columns[i]}", word):
                    canvas.box(x - half, y - HEIGHT / 2, x + half, y + HEIGHT / 2, fill)
                    canvas.text(x, y, text, "center", ink, SMALL)
    data = [("项目", *columns), *((label, *(cell or none for cell in cells)) for label, cells in rows)]
    return canvas.chart(data, caption, alt)
