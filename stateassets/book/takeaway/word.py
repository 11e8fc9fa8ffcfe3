"""The report as a Word file in the layout of official documents (GB/T 9704—2012).

Written as plain WordprocessingML: the standard fixes nearly everything on the page, and nothing
else shall be in the file. Fonts are named, not embedded; lengths are in twips (1/20 pt).
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.metadata import version
from pathlib import Path

import typst

from ...present.markup import SAMPLE
from ...tables import files
from .model import Block, Document, Heading, Paragraph, Picture, Run, Table
from .pdf import as_json, font_families

MM = 1440 / 25.4
# GB/T 9704—2012, 5.1 and 5.2: A4, a type area of 156 mm by 225 mm, 22 lines of 28 characters.
PAGE = (11906, 16838)
TOP, LEFT, WIDTH, HEIGHT = (round(x * MM) for x in (37, 28, 156, 225))
RIGHT, BOTTOM = PAGE[0] - LEFT - WIDTH, PAGE[1] - TOP - HEIGHT
LINES, CHARACTERS = 22, 28
LINE = HEIGHT // LINES
BODY = 16  # points: 三号
# What the grid adds to a character, in 1/4096 of a point.
SPACE = int((WIDTH / 20 / CHARACTERS - BODY) * 4096) - 1
# Lines and characters are set so that they fill the grid without being snapped to it: not all
# programs snap alike, and LibreOffice gives a character wider than its place two places.
TIGHT = (20 * WIDTH // CHARACTERS - 20 * 20 * BODY) // 20

TITLE_FONT, BODY_FONT, LATIN = "方正小标宋简体", "仿宋_GB2312", "Times New Roman"
BLACK_FONT, KAI_FONT = "黑体", "楷体_GB2312"
# What Word takes on a computer without the fonts that the standard names.
OTHERWISE = {TITLE_FONT: "宋体", BODY_FONT: "仿宋", KAI_FONT: "楷体", BLACK_FONT: "SimHei"}
HEADING_FONTS = (BLACK_FONT, KAI_FONT, BODY_FONT, BODY_FONT, BODY_FONT)
# Longer ones stand in the workbook: nobody reads them in a meeting.
MOST_ROWS = 40
WORD = re.compile(r"[!-~−]+")
CHARACTER = 210  # of a table's text
MARK = f"{SAMPLE}　企业一级的数据由程序生成，不说明任何真实企业的情况"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
PICTURE = 0.85  # of the text's width
PPI = 200
DRAWN = b"""#for p in json(bytes(sys.inputs.pictures)) {
    page(width: p.width * 1pt, height: p.height * 1pt, margin: (x: 3pt, y: 1pt), fill: white,
         image(bytes(p.svg), format: "svg", width: 100%)) }"""
EMU = 12700  # a point
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows


def write(document: Document, kept: Path | None = None) -> bytes:
    """Return the Word file; the same report gives the same bytes.

    In the folder ``kept`` pictures are found again that were drawn before.
    """
    report = document.plain()
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations([("officeDocument", "word/document.xml"), ("core", "docProps/core.xml")]),
        "docProps/core.xml": _core(report),
        "word/document.xml": _body(report),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _fonts(),
        "word/header.xml": _header(report.sample),
        "word/footer-odd.xml": _footer("right"),
        "word/footer-even.xml": _footer("left"),
    }
    related = [
        ("styles", "styles.xml"),
        ("settings", "settings.xml"),
        ("fontTable", "fontTable.xml"),
        ("header", "header.xml"),
        ("footer", "footer-odd.xml"),
        ("footer", "footer-even.xml"),
    ]
    for number, drawn in enumerate(_pictures(report.pictures, kept), 1):
        parts[f"word/media/{number}.png"] = drawn
        related.append(("image", f"media/{number}.png"))
    parts["word/_rels/document.xml.rels"] = _relations(related)
    return _zip(parts)


def _zip(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # the same on every system
            file.writestr(info, content)
    return stream.getvalue()


def _pictures(pictures: Sequence[Picture], kept: Path | None) -> list[bytes]:
    """Return pictures as PNG; only those that are not kept are drawn, and only these are kept."""
    if not kept:
        return _drawn(pictures)
    kept.mkdir(parents=True, exist_ok=True)
    drawn_by = f"{version('typst')} {PPI} {DRAWN!r} {font_families()}"
    places = [kept / f"{hashlib.sha256(f'{drawn_by} {as_json([p])}'.encode()).hexdigest()}.png" for p in pictures]
    missing = {place: p for place, p in zip(places, pictures, strict=True) if not place.is_file()}
    for place, png in zip(missing, _drawn(list(missing.values())), strict=True):
        files.write(place, png)
    for path in set(kept.iterdir()) - set(places):
        path.unlink()
    return [place.read_bytes() for place in places]


def _drawn(pictures: Sequence[Picture]) -> list[bytes]:
    """Draw pictures as PNG: older Words show no SVG."""
    if not pictures:
        return []
    found = typst.compile(DRAWN, format="png", ppi=PPI, sys_inputs={"pictures": as_json(pictures)})
    return found if isinstance(found, list) else [bytes(found or b"")]


# ------------------------------------------------------------------------------------- the body


def _body(report: Document) -> str:
    content = [_paragraph("Title", _run(Run(report.title)))]
    if report.sample:
        content.append(_paragraph("Mark", _run(Run(f"（{SAMPLE}）"))))
    content += [_block(block) for block in report.blocks]
    return (
        f"{HEAD}<w:document {SPACES}><w:body>{''.join(content)}<w:sectPr>"
        '<w:headerReference w:type="even" r:id="r4"/><w:headerReference w:type="default" r:id="r4"/>'
        '<w:footerReference w:type="even" r:id="r6"/><w:footerReference w:type="default" r:id="r5"/>'
        f'<w:pgSz w:w="{PAGE[0]}" w:h="{PAGE[1]}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" '
        f'w:header="{round(20 * MM)}" w:footer="{round(23 * MM)}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{LINE}" w:charSpace="{SPACE}"/>'
        "</w:sectPr></w:body></w:document>"
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _paragraph(f"Heading{block.level}", _run(Run(block.printed)))
        case Paragraph():
            return _paragraph("Normal", "".join(map(_run, block.runs)))
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)


def _paragraph(style: str, content: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{content}</w:p>'


def _run(run: Run) -> str:
    bold = "<w:rPr><w:b/></w:rPr>" if run.strong else ""
    return f'<w:r>{bold}<w:t xml:space="preserve">{_clean(run.text)}</w:t></w:r>'


def _clean(text: str) -> str:
    """Text as XML; what XML cannot hold is left out."""
    return escape("".join(c for c in text if c >= " " or c == "\t"))


def _table(table: Table) -> str:
    caption = _paragraph("TableCaption", _run(Run(table.title)))
    if len(table.rows) > MOST_ROWS:
        words = f"（共{len(table.rows)}行，列在随附工作簿的“表{table.number}”里。）"
        return caption + _paragraph("TableNote", _run(Run(words)))
    widths = column_widths(table, WIDTH)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row(table.header, widths, table.numeric, "TableHead")
    body = "".join(_row(row, widths, table.numeric, "TableText") for row in table.rows)
    note = _paragraph("TableNote", _run(Run(table.note))) if table.note else ""
    return (
        f'{caption}<w:tbl><w:tblPr><w:tblStyle w:val="ThreeLines"/>'
        f'<w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        '<w:tblLook w:val="0020" w:firstRow="1"/>'
        f'<w:tblCaption w:val="{_clean(table.title)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"
        f"{note or _paragraph('TableNote', '')}"
    )


def _row(cells: Sequence[str], widths: Sequence[int], numeric: Iterable[int], style: str) -> str:
    repeated = "<w:tblHeader/>" if style == "TableHead" else ""
    made = []
    for i, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        right = '<w:jc w:val="right"/>' if i in numeric else ""
        made.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{right}</w:pPr>{_run(Run(cell))}</w:p></w:tc>'
        )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(made)}</w:tr>"


def column_widths(table: Table, whole: int) -> list[int]:
    """Share a width among columns by how much they hold; a number or date is never broken."""
    least, wanted = [], []
    for i, name in enumerate(table.header):
        cells = [row[i] for row in table.rows]
        lengths = sorted(map(_length, cells)) or [0.0]
        usual = lengths[int(0.9 * (len(lengths) - 1))]
        unbroken = [_length(word) for cell in cells for word in WORD.findall(cell)]
        named = 6.0 if i == 0 else 3.0  # the first column says what a row is of
        least.append(max([2.0, min(lengths[-1], named), *unbroken]) + 1)
        wanted.append(max(least[-1], min(usual, 30.0) + 1, min(_length(name) / 2, 6.0) + 1))
    at_least, at_most = CHARACTER * sum(least), CHARACTER * sum(wanted)
    if at_least >= whole or at_most <= whole:  # all get more, or less, alike
        shares = least if at_least >= whole else wanted
        widths = [int(whole * share / sum(shares)) for share in shares]
    else:  # each its least, and what is left by what is still wanted
        part = (whole - at_least) / (at_most - at_least)
        pairs = zip(least, wanted, strict=True)
        widths = [int(CHARACTER * (low + part * (high - low))) for low, high in pairs]
    widths[-1] += whole - sum(widths)
    return widths


def _length(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(0.5 if char < "\u2000" else 1.0 for char in text)


def _picture(picture: Picture) -> str:
    width, height = picture.size
    scale = min(PICTURE * WIDTH / 20 / width, 0.6 * HEIGHT / 20 / height)
    size = f'cx="{round(width * scale * EMU)}" cy="{round(height * scale * EMU)}"'
    number, alt = picture.number, _clean(picture.alt)
    drawing = (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{number}" name="图{number}" descr="{alt}"/><wp:cNvGraphicFramePr/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="{number}.png"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="r{number + 6}"/><a:stretch><a:fillRect/>'
        f'</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )
    caption = _paragraph("PictureCaption", _run(Run(picture.title)))
    return _paragraph("Picture", drawing) + caption


# ---------------------------------------------------------------------------------- other parts


def _header(sample: bool) -> str:
    content = _run(Run(MARK)) if sample else ""
    return f"{HEAD}<w:hdr {SPACES}>{_paragraph('Header', content)}</w:hdr>"


def _footer(side: str) -> str:
    """The page number, — 1 —, one character from the outer edge."""
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return (
        f'{HEAD}<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>'
        f'<w:ind w:{side}="280" w:{side}Chars="100"/><w:jc w:val="{side}"/></w:pPr>'
        f"{_run(Run('— '))}{field}{_run(Run(' —'))}</w:p></w:ftr>"
    )


def _style(name: str, title: str, font: str, size: float, paragraph: str, more: str = "") -> str:
    base = '<w:basedOn w:val="Normal"/>' if name != "Normal" else ""
    default = ' w:default="1"' if name == "Normal" else ""
    half = round(2 * size)
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>{base}'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>"
        f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{font}" w:cs="{LATIN}"/>{more}'
        f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/></w:rPr></w:style>'
    )


def _styles() -> str:
    grid = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
    free = '<w:spacing w:before="{}" w:after="{}" w:line="{}" w:lineRule="{}"/>'
    indent = f'<w:ind w:firstLine="{2 * BODY * 20}" w:firstLineChars="200"/>'
    none = '<w:ind w:firstLine="0" w:firstLineChars="0"/>'
    center, left = '<w:jc w:val="center"/>', '<w:jc w:val="left"/>'
    keep = "<w:keepNext/>"
    made = [
        _style(
            "Normal",
            "Normal",
            BODY_FONT,
            BODY,
            f'<w:widowControl w:val="0"/>{grid}{exact}{indent}<w:jc w:val="both"/>',
            f'<w:snapToGrid w:val="0"/><w:spacing w:val="{TIGHT}"/>',
        ),
        _style("Title", "Title", TITLE_FONT, 22, f"{free.format(0, LINE, 700, 'exact')}{none}{center}"),
        _style("Mark", "示例标记", KAI_FONT, BODY, f"{exact}{none}{center}"),
        *(
            _style(
                f"Heading{level}",
                f"heading {level}",
                font,
                BODY,
                f'{keep}{exact}{indent}<w:outlineLvl w:val="{level - 1}"/>',
            )
            for level, font in enumerate(HEADING_FONTS, 1)
        ),
        _style("TableCaption", "表题", BLACK_FONT, 12, f"{keep}{free.format(160, 60, 360, 'exact')}{none}{center}"),
        _style("TableHead", "表头", BLACK_FONT, 10.5, f"{keep}{free.format(30, 30, 280, 'exact')}{none}{left}"),
        _style("TableText", "表文", BODY_FONT, 10.5, f"{free.format(20, 20, 280, 'exact')}{none}{left}"),
        _style("TableNote", "表注", BODY_FONT, 10.5, f"{free.format(40, 160, 280, 'exact')}{none}{left}"),
        _style("Picture", "图", BODY_FONT, BODY, f"{keep}{free.format(160, 0, 240, 'auto')}{none}{center}"),
        _style("PictureCaption", "图题", BLACK_FONT, 12, f"{free.format(60, 160, 360, 'exact')}{none}{center}"),
        _style("Header", "header", BLACK_FONT, 10.5, f"{free.format(0, 0, 280, 'exact')}{none}{center}"),
        _style("Footer", "footer", "宋体", 14, f"{free.format(0, 0, 240, 'auto')}{none}"),
    ]
    rule = '<w:{} w:val="single" w:sz="{}" w:space="0" w:color="000000"/>'
    margins = '<w:{} w:w="60" w:type="dxa"/>'
    made.append(
        '<w:style w:type="table" w:styleId="ThreeLines"><w:name w:val="三线表"/><w:tblPr>'
        f"<w:tblBorders>{rule.format('top', 12)}{rule.format('bottom', 12)}</w:tblBorders>"
        f"<w:tblCellMar>{margins.format('left')}{margins.format('right')}</w:tblCellMar></w:tblPr>"
        '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>'
        f"{rule.format('bottom', 6)}</w:tcBorders></w:tcPr></w:tblStylePr></w:style>"
    )
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN"/>'
    size = f'<w:sz w:val="{2 * BODY}"/><w:szCs w:val="{2 * BODY}"/>'  # the grid's character
    defaults = f"<w:docDefaults><w:rPrDefault><w:rPr>{size}{language}</w:rPr></w:rPrDefault></w:docDefaults>"
    return f"{HEAD}<w:styles {SPACES}>{defaults}{''.join(made)}</w:styles>"


def _settings() -> str:
    return (
        f"{HEAD}<w:settings {SPACES}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _fonts() -> str:
    made = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in OTHERWISE.items()
    )
    return f"{HEAD}<w:fonts {SPACES}>{made}</w:fonts>"


def _core(report: Document) -> str:
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_clean(report.title)}</dc:title><dc:language>zh-CN</dc:language>"
        "</cp:coreProperties>"
    )


def _relations(related: Iterable[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="r{i}" {_target(kind)} Target="{target}"/>' for i, (kind, target) in enumerate(related, 1)
    )
    return f'{HEAD}<Relationships xmlns="{RELATIONS}">{made}</Relationships>'


def _target(kind: str) -> str:
    if kind == "core":
        return f'Type="{RELATIONS}/metadata/core-properties"'
    return f'Type="{R}/{kind}"'


def _types() -> str:
    def parts() -> Iterator[tuple[str, str]]:
        yield "word/document.xml", f"{TYPES}.document.main+xml"
        for name in ("styles", "settings", "fontTable", "header"):
            yield f"word/{name}.xml", f"{TYPES}.{name}+xml"
        for side in ("odd", "even"):
            yield f"word/footer-{side}.xml", f"{TYPES}.footer+xml"
        yield "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"

    made = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in parts())
    return (
        f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{made}</Types>'
    )
