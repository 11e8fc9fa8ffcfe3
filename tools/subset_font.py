"""Make the book's fonts: the part of Noto Sans CJK SC, and of Noto Serif CJK SC for the PDF, that a
Chinese report can need.

    python tools/subset_font.py NotoSansCJK-Regular.ttc [output.otf]
    python tools/subset_font.py NotoSerifCJK-Bold.ttc stateassets/book/takeaway/fonts/NotoSerifSC-Bold-subset.otf

The source is the font file of Debian's fonts-noto-cjk (the collection holds several faces; the
simplified Chinese one is taken) or a NotoSansSC-Regular.otf and the like. The same source gives the same
bytes. Needs fontTools, which matplotlib brings along.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

OUTPUT = Path(__file__).parents[1] / "stateassets/present/fonts/NotoSansSC-subset.otf"
FACES = ("Noto Sans CJK SC", "Noto Sans SC", "Noto Serif CJK SC", "Noto Serif SC")

ASCII = "".join(map(chr, range(0x20, 0x7F)))
# GB 2312 rows: 1 punctuation, 2 numerals (Ⅰ, ①, ㈠), 3 full-width forms, 6 Greek, 16-87 hanzi.
GB2312_ROWS = (1, 2, 3, 6, *range(16, 88))
# Not in GB 2312, but met in reports: 〇 as in 二〇二三, real minus and dashes, the rest of ①-⑳,
# comparison signs, bullets and arrows.
EXTRAS = (
    "〇−–—‑•…‰·‘’“”≤≥≠≈±×÷√∑∞∫°′″€£¥©®µ½¼¾²³№℃％"
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
    "▲▼△▽◆◇●○◎■□★☆▶◀←↑→↓↔↕↗↘✓\u00a0\u2002\u2003\u3000"
)


def gb2312(rows: tuple[int, ...]) -> str:
    """Return the characters of the given rows (区) of GB 2312; unassigned cells are left out."""
    cells = (bytes((0xA0 + row, 0xA0 + cell)) for row in rows for cell in range(1, 95))
    return "".join(cell.decode("gb2312", errors="ignore") for cell in cells)


def open_face(source: Path) -> TTFont:
    """Return the simplified Chinese face of a font file or collection.

    Raises LookupError if the file holds no such face.
    """
    faces = TTCollection(source).fonts if source.suffix == ".ttc" else [TTFont(source)]
    for face in faces:
        if face["name"].getDebugName(1) in FACES:
            return face
    raise LookupError(f"{source.name}中没有思源黑体或思源宋体（Noto Sans、Noto Serif）简体中文字体")


def subset(face: TTFont) -> None:
    """Cut the face down in place.

    Raises LookupError if the face lacks a wished character: a hole must not go unseen.
    """
    wished = set(map(ord, ASCII + gb2312(GB2312_ROWS) + EXTRAS))
    if absent := wished - set(face.getBestCmap()):
        raise LookupError(f"源字体缺少这些字符：{''.join(map(chr, sorted(absent)))}")
    options = Options()
    options.layout_features = []  # horizontal text only, no alternates
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    options.hinting = False  # outlines are drawn, never rasterised at small sizes
    options.name_IDs, options.name_languages = ["*"], ["*"]  # copyright and licence stay in
    options.notdef_outline = True
    options.recalc_timestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wished)
    subsetter.subset(face)
    face.recalcTimestamp = False


def main(arguments: list[str]) -> None:
    """Write the subset of the font file named first to the second path, or to the package."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit("用法：python tools/subset_font.py 源字体文件 [输出文件]")
    output = Path(arguments[1]) if arguments[1:] else OUTPUT
    face = open_face(Path(arguments[0]))
    subset(face)
    face.save(output)
    size = output.stat().st_size / 1e6
    print(f"已写出{output.name}：{len(face.getBestCmap())}个字符，{size:.2f}MB")


if __name__ == "__main__":
    main(sys.argv[1:])
