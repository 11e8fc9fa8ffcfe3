"""Files that people bring are read within bounds: so large, so many rows, and only of ``data/``.

A file that cannot be read ends in one fault that says what it is and what to do, in bounded time
and memory, whatever was put under its name.
"""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import yaml

from .data_errors import DataError, Fault, Gap, hidden
from .encodings import EncodingError, decode, decode_wide
from .files import lies_in

# Bounds that no district's table comes near; a file beyond them is another thing.
LARGEST_FILE = 64 * 1024**2  # bytes
MOST_ROWS = 200_000
MOST_COLUMNS = 500
LONGEST_CELL = 32_767  # characters: Excel's own bound
DEEPEST = 40  # levels of a JSON or YAML file
HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
SIGNED = re.compile(r"[+-][\d,.]+%?[‰一-鿿]*", re.ASCII)  # with its unit, as in +8.5个百分点

# How other kinds of files begin.
ELSE = {
    b"PK\x03\x04": "Excel工作簿或压缩包，不是CSV",
    b"\xd0\xcf\x11\xe0": "旧版Excel工作簿，不是CSV",
    b"%PDF": "PDF文件，不是CSV",
    b"\x1f\x8b": "压缩包，不是CSV",
}


def refuse(file: str, found: str, expected: str, advice: str, row: int | None = None) -> NoReturn:
    """Raise a fault about a file as a whole, or about one of its lines."""
    raise DataError([Fault(file, row, None, found, expected, advice)])


def inside(root: Path, path: str) -> Path:
    """Return where a declared ``path`` lies below ``root``.

    Raises:
        DataError: it leads elsewhere, by its words or by a link.
    """
    words = PurePosixPath(path)
    place = root / words
    astray = words.is_absolute() or ".." in words.parts or hidden(path) or "\\" in path
    if astray or not lies_in(root, place):
        refuse(
            path,
            "不在data文件夹里",
            "data文件夹里的文件",
            "把文件放进data文件夹，在datapackage.json里写它在data里的位置",
        )
    return place


def plain_file(path: Path, name: str, wanted: str) -> None:
    """Refuse what is no file to read: nothing, a folder, a pipe; ``wanted`` says what should be there.

    Raises:
        DataError: as above.
        PermissionError: it may not be looked at.
    """
    try:
        kind = path.stat().st_mode
    except PermissionError:
        raise
    except (OSError, ValueError):  # no such name, too long a one, links in a circle
        refuse(name, "没有这个文件", wanted, "检查文件名和所在的文件夹")
    if not stat.S_ISREG(kind):
        found = "是文件夹" if stat.S_ISDIR(kind) else "不是普通文件（是管道或设备）"
        refuse(name, found, wanted, "写出那个文件本身")


def read_bytes(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        DataError: there is none, it may not be read, is no plain file, or is too large.
    """
    name, folder = path.name, path.parent.name
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise FileNotFoundError  # a folder of that name is not the file
        if not stat.S_ISREG(found.st_mode):
            refuse(name, "不是普通文件（是管道或设备）", "CSV文件", "换成普通的CSV文件")
        if found.st_size > LARGEST_FILE:
            refuse(
                name,
                f"文件有{found.st_size / 1024**2:.0f}MB",
                f"不大于{LARGEST_FILE // 1024**2}MB",
                "检查是否放错了文件，或删去多余的行",
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        gap = Gap(
            name, None, None, "没有这个文件", f"{folder}文件夹里有它", "放入文件，或在datapackage.json里删去这张表"
        )
        raise DataError([gap]) from None
    except PermissionError:
        refuse(name, "没有权限读这个文件", "可以读的文件", "请在文件属性里允许读取，或请管理员处理")
    except OSError as error:
        refuse(name, f"读不出来（{error.strerror}）", "可以读的文件", "检查磁盘和文件名，或从备份恢复")


def read_text(path: Path, utf_16: bool = False) -> str:
    """Return a text file's content, UTF-8 or GBK; with ``utf_16`` it may be that too.

    Raises:
        DataError: the file cannot be read or is no text.
    """
    content = read_bytes(path)
    kind = next((words for mark, words in ELSE.items() if content.startswith(mark)), "")
    wide = decode_wide(content) if utf_16 else None
    if wide is not None:
        return wide
    if not kind and (b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff"))):
        kind = "不是UTF-8或GBK编码的文本文件"
    row = None
    if not kind:
        try:
            return decode(content)
        except EncodingError as error:
            kind, row = error.found, error.row
    refuse(path.name, kind, "CSV（全部UTF-8，或全部GBK编码）", "在Excel里打开，看看有没有乱码，另存为“CSV UTF-8”", row)


def read_rows(path: Path) -> list[list[str]]:
    """Return a CSV file's rows of cells, without blanks around them and empty rows at the end.

    Raises:
        DataError: it cannot be read, is no CSV, or has too many rows, columns or characters.
    """
    name = path.name
    lines: list[list[str]] = []
    # Strict: a quotation mark left open would swallow the rest of the table without a word.
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    usual = csv.field_size_limit(4 * LONGEST_CELL)  # other libraries lift it for the whole process
    try:
        for row in reader:
            if len(lines) > MOST_ROWS:
                refuse(name, f"超过{MOST_ROWS}行", f"不多于{MOST_ROWS}行", "检查是否放错了文件，或删去多余的行")
            if len(row) > MOST_COLUMNS:
                refuse(name, f"有{len(row)}格", f"每行不多于{MOST_COLUMNS}格", "检查是否多了逗号", len(lines) + 1)
            lines.append([cell.strip() for cell in row])
    except csv.Error as error:
        longest = "field larger" in str(error)
        refuse(
            name,
            "有一格太长" if longest else "双引号不成对",
            f"每格不多于{LONGEST_CELL}个字符" if longest else "每个双引号都有与它成对的另一个",
            "改正这一行；格里要写双引号时写两个",
            len(lines) + 1,
        )
    finally:
        csv.field_size_limit(usual)
    while lines and not any(lines[-1]):
        lines.pop()
    return lines


def written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as the file that this package writes: UTF-8 with a mark for Excel, a line a row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


FORMULA_MARKS = frozenset("=@+-＝＠＋－")  # with which what a spreadsheet runs begins


def odd_cells(rows: list[list[str]]) -> Iterator[tuple[int, int, str, str]]:
    """Yield (row as Excel counts, column from 0, what is wrong, what to do) of unusable cells."""
    for number, row in enumerate(rows, 1):
        said = "".join(row)  # nearly always nothing is odd in all of it
        if len(said) <= LONGEST_CELL and not hidden(said) and FORMULA_MARKS.isdisjoint([cell[:1] for cell in row]):
            continue
        for column, cell in enumerate(row):
            if len(cell) > LONGEST_CELL:
                yield (number, column, f"这一格太长，有{len(cell)}个字符", f"请缩短到{LONGEST_CELL}个字符以内")
            elif mark := hidden(cell):
                words = "转码时丢失的字符" if mark == "\ufffd" else "看不见的字符"
                yield number, column, f"含有{words}U+{ord(mark):04X}", "删去这一格的内容，重新录入"
            elif like_formula(cell):
                yield (
                    number,
                    column,
                    f"“{cell}”像Excel公式，打开下载的CSV时会被当作公式运行",
                    "删去开头的符号，或在前面加上文字",
                )


def like_formula(cell: str) -> bool:
    """Would a spreadsheet run the cell? A signed number it reads as a number."""
    first = half_width(cell[:1])
    return first in ("=", "@", "+", "-") and not SIGNED.fullmatch(half_width(cell))


def half_width(text: str) -> str:
    """Return text with full-width letters, digits and marks as plain ones; ² stays a note's mark."""
    return text if text.isascii() else text.translate(HALF)


def read_json(path: Path, advice: str = "从备份恢复这个文件") -> Any:
    """Return the content of a JSON file in which nothing is said twice.

    Raises:
        DataError: it cannot be read, is no JSON, or is nested too deeply.
    """
    return json_in(read_text(path), path.name, advice)


def json_in(text: str, name: str, advice: str = "从备份恢复这个文件") -> Any:
    """Return what a text, that of the file ``name``, says as ``read_json`` reads it.

    Raises:
        DataError: as ``read_json``.
    """
    expected = "正确的JSON"
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_float)
    except json.JSONDecodeError as error:
        refuse(name, "不是正确的JSON", expected, advice, error.lineno)
    except RecursionError:
        refuse(name, "嵌套太深", expected, advice)
    except ValueError as error:  # ours below, or an integer of thousands of digits
        said = str(error) if hidden(str(error)) or not str(error).isascii() else "有一个数太长"
        refuse(name, said, expected, advice)
    _bounded(name, found, advice)
    return found


def read_yaml(path: Path, advice: str = "从备份恢复这个文件") -> Any:
    """Return the content of a YAML file of plain values: no tags, no anchors, nothing said twice.

    Raises:
        DataError: it cannot be read, or is not such a file.
    """
    name, expected = path.name, "只有文字、数字、列表和对照表的YAML"

    def wrong(problem: str, row: int | None = None) -> NoReturn:
        refuse(name, f"不是正确的YAML：{problem}", expected, advice, row)

    try:
        found = yaml.load(read_text(path), _PlainLoader)
    except yaml.MarkedYAMLError as error:
        problem = str(error.problem)
        wrong(
            problem if not problem.isascii() else "写法不对，读不懂",
            error.problem_mark.line + 1 if error.problem_mark else None,
        )
    except yaml.YAMLError:
        wrong("含有不能有的字符")
    except RecursionError:
        wrong("嵌套太深")
    except ValueError:  # such as 2023-02-30, or an integer of thousands of digits
        wrong("有一个日期或数字不成立")
    _bounded(name, found, advice)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"“{key}”写了两次")
        found[key] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"“{text}”不是数")


def _float(text: str) -> float:
    if abs(number := float(text)) == float("inf"):
        raise ValueError(f"“{text}”太大")
    return number


def _bounded(name: str, content: Any, advice: str) -> None:
    """Refuse what is nested too deeply, and text that cannot be written anywhere."""
    level = [content]
    for _ in range(DEEPEST + 1):
        texts = [value for value in level if isinstance(value, str)]
        if mark := hidden("".join(texts)):
            text = next(text for text in texts if mark in text)
            refuse(name, f"“{text[:20]}”里含有看不见的字符U+{ord(mark):04X}", "看得见的文字", "删去这个字符后重试")
        objects = [value for value in level if isinstance(value, dict)]
        lists = [value for value in level if isinstance(value, list)]
        level = list(chain(*objects, *(one.values() for one in objects), *lists))
        if not level:
            return
    refuse(name, f"嵌套超过{DEEPEST}层", "正确的文件", advice)


class _PlainLoader(yaml.composer.Composer, yaml.CSafeLoader):
    """YAML without what makes other things than plain values, or makes them grow.

    libyaml reads it, in a fifth of the time; what it read is put together in Python, where it can be refused.
    """

    def __init__(self, text: str) -> None:
        yaml.CSafeLoader.__init__(self, text)
        yaml.composer.Composer.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            self._refuse("用了引用（*）")
        event = self.peek_event()
        if getattr(event, "anchor", None):
            self._refuse("用了锚（&）")
        if getattr(event, "tag", None):
            self._refuse("用了标签（!）")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [getattr(key, "value", None) for key, _ in node.value]
        if len(keys) != len({str(key) for key in keys}):
            raise yaml.constructor.ConstructorError(None, None, "有一项写了两次", node.start_mark)
        return super().construct_mapping(node, deep)

    def _refuse(self, words: str) -> NoReturn:
        raise yaml.composer.ComposerError(None, None, words, self.peek_event().start_mark)
