"""Nothing of an internal table, and no enterprise's name, is anywhere in the public edition."""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from io import BytesIO
from itertools import product
from pathlib import Path

import guards
import pdf_text
import pytest
import sample_book
from kept_results import take_along
from paths import ROOT

from stateassets.book import downloads
from stateassets.book.takeaway.word import KIND as PICTURES
from stateassets.editions.edition import is_public, shown, shows_code
from stateassets.measures.ledger import ScopeError
from stateassets.measures.measures import KINDS
from stateassets.measures.registry import REGISTRY
from stateassets.report import Report
from stateassets.tables.text_files import read_json

pytestmark = pytest.mark.slow  # a whole book is built

PLANTED = "金丝雀集团甲乙丙"  # in what arrived, so that it stands nowhere else
LONG, SHARED, DIGITS = 4, 3, 5
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?!\w)", re.ASCII)
# Where a picture is drawn, not what it says.
DRAWN = re.compile(r'\s(?:d|transform|x|y|cx|cy|r|width|height|viewBox|style|id|xlink:href)="[^"]*"')
TAG = re.compile(r"<[^>]*>")


def plain(number: str) -> str:
    """A number written in one way; blank if it has too few digits to be told from others."""
    whole, _, part = number.replace(",", "").lstrip("-+").partition(".")
    part = part.rstrip("0")
    digits = (whole + part).lstrip("0").rstrip("0" if not part else "")
    return f"{whole.lstrip('0') or '0'}.{part}".rstrip(".") if len(digits) >= DIGITS else ""


def resources(root: Path) -> list[dict]:
    """The declared tables."""
    return json.loads((root / "data/datapackage.json").read_text("utf-8"))["resources"]


def records(root: Path, resource: dict) -> list[dict[str, str]]:
    """A table's rows as they are written."""
    with (root / "data" / resource["path"]).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def secrets(root: Path) -> tuple[set[str], set[str]]:
    """Texts and numbers of internal tables, but for what is public otherwise.

    That is what a public table, the program or a chapter's own words hold, what enterprises
    share, and what is a total of the district.
    """
    texts, numbers, names = set[str](), set[str](), set[str]()
    for resource in resources(root):
        if is_public(resource):
            continue
        rows = records(root, resource)
        owner = next((c for c in rows[0] if c.endswith("enterprise_id")), None)
        for field in resource["schema"]["fields"]:
            column, owners = field["name"], defaultdict[str, set[object]](set)
            for place, row in enumerate(rows):
                owners[row[column]].add(row[owner] if owner else place)
            if field["type"] in ("number", "integer"):
                numbers |= {plain(value) for value in owners}
            elif field["type"] == "string" and column not in resource.get("labels", {}):
                few = {text for text, by in owners.items() if len(by) < SHARED}
                texts |= {text for text in few if len(text) >= LONG}
            if resource["name"] == "enterprises" and column == "name_zh":
                names |= set(owners)
    public = public_words(root)
    known = {plain(number) for number in NUMBER.findall(public)} | totals(root)
    return {t for t in texts if t not in public} | names, numbers - known - {""}


def public_words(root: Path) -> str:
    """What public tables, the declarations and the chapters' own words hold."""
    words = [
        cell
        for resource in resources(root)
        if is_public(resource)
        for row in records(root, resource)
        for cell in row.values()
    ]
    words.append((root / "data/datapackage.json").read_text("utf-8"))
    words += [" ".join((m.name, m.name_zh, m.definition, m.basis, *m.aliases)) for m in REGISTRY.values()]
    for path in sorted((root / "notebooks").rglob("*.ipynb")):
        if path.parent.name != "8_profiles":
            cells = json.loads(path.read_text("utf-8"))["cells"]
            words += ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    return "\n".join(words)


def totals(root: Path) -> set[str]:
    """The district's figures of all years, as printed and as they stand in the formulas."""
    report, found = Report(root=root), set[str]()
    for year, name, kind in product(report.ledger.years, REGISTRY, KINDS):
        with suppress(ScopeError):
            figure = report.figure(f"{name}.{kind}" if kind else name, year=year)
            if figure.value is not None and not isinstance(figure.value, bool):
                texts = (figure.printed, figure.exact, f"{float(figure.value):.2f}")
                found |= {plain(n) for text in texts for n in NUMBER.findall(text)}
    return found


def texts_of(site: Path) -> Iterator[tuple[str, str]]:
    """Everything that can be read in a site: (where, what), whatever the file."""
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        where, content = path.relative_to(site).as_posix(), path.read_bytes()
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(BytesIO(content)) as parts:
                for name in parts.namelist():
                    if name.endswith((".xml", ".rels", ".svg")):
                        yield f"{where}/{name}", parts.read(name).decode()
        elif path.suffix == ".pdf":
            yield where, "\n".join(pdf_text.pages(path.read_bytes()))
        elif path.name == "objects.inv":
            yield where, zlib.decompress(content.split(b"\n", 4)[4]).decode()
        elif path.suffix not in (".png", ".otf", ".woff2", ".ico", ".css"):
            yield where, content.decode()


def leaks(site: Path, texts: set[str], numbers: set[str]) -> dict[str, list[str]]:
    """What is told where."""
    starts = defaultdict(list)
    for text in texts:
        starts[text[:LONG]].append(text)
    found: dict[str, list[str]] = {}
    for where, raw in texts_of(site):
        content = unescape(DRAWN.sub(" ", raw))
        content += "\n" + TAG.sub("", content)
        here = set(map("".join, zip(*(content[i:] for i in range(LONG)), strict=False)))
        told = {text for start in here & starts.keys() for text in starts[start] if text in content}
        if not where.startswith("_static/"):
            told |= {n for n in NUMBER.findall(content) if plain(n) in numbers}
        if told:
            found[where] = sorted(told)
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the book that declares itself public, with a word planted in what arrived; built.

    Its tables are those of the internal edition: what is kept of one must not show in the other.
    """
    copy = tmp_path_factory.mktemp("public") / "book"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*sample_book.LEFT_OUT))
    for store in ("returns.sqlite", "returns.sqlite-wal", "platform.yml", "收件/A1/快报.csv", "收件/.已收/1_快报.csv"):
        (copy / store).parent.mkdir(parents=True, exist_ok=True)
        (copy / store).write_text(f"# {PLANTED}", "utf-8")  # what arrived, and who is told: no page has it
    path = copy / "data/datapackage.json"
    package = json.loads(path.read_text("utf-8")) | {"edition": "public"}
    path.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    take_along(copy, PICTURES)  # as whoever builds both editions has it
    result = sample_book.build(copy)
    assert result.returncode == 0, result.stdout + result.stderr
    return copy


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    """The public site."""
    return sample_book.site(root)


@pytest.fixture(scope="module")
def hidden(root: Path) -> tuple[set[str], set[str]]:
    """The texts and numbers that must not be told."""
    texts, numbers = secrets(root)
    return texts | {PLANTED}, numbers


def test_no_internal_value_and_no_enterprise_is_anywhere_in_the_public_book(
    site: Path, hidden: tuple[set[str], set[str]]
) -> None:
    texts, numbers = hidden
    assert len(texts) > 1000 and len(numbers) > 1000
    read = [where for where, _ in texts_of(site)]
    for ending in (".html", "search-index.js", ".docx/word/document.xml", ".pdf", "/sheet1.xml"):
        assert any(where.endswith(ending) for where in read), ending
    assert leaks(site, texts, numbers) == {}


def test_a_table_that_is_wrongly_marked_public_is_found_out(
    root: Path, hidden: tuple[set[str], set[str]], tmp_path: Path
) -> None:
    wrong = [r | {"access": "public"} if r["name"] == "hazards" else r for r in resources(root)]
    downloads.copy_tables(root / "data", tmp_path, shown(wrong, "public"))
    found = leaks(tmp_path, *hidden)
    [hazards] = [records(root, table) for table in resources(root) if table["name"] == "hazards"]
    told = next(row["title"] for row in hazards if row["title"] in hidden[0])
    assert told in found["data/hazards.html"] and told in found["data/ledger/示例-hazards.csv"]


@pytest.mark.parametrize("amount", ["{}", "{:,}"])
def test_a_number_is_found_however_it_is_printed(
    hidden: tuple[set[str], set[str]], tmp_path: Path, amount: str
) -> None:
    number = next(n for n in sorted(hidden[1]) if "." in n and float(n) > 10_000)
    (tmp_path / "a.html").write_text(f"<p>共{amount.format(float(number))}万元</p>", "utf-8")
    assert leaks(tmp_path, *hidden)


def test_chapters_about_enterprises_are_left_out_and_links_to_them_are_words(site: Path) -> None:
    assert not (site / "notebooks/8_profiles").exists()
    assert not (site / "notebooks/10_platform").exists()
    pages = "".join(p.read_text("utf-8") for p in site.rglob("*.html"))
    assert not re.search(r'href="[^"]*(8_profiles|10_platform|4_turnarounds)', pages)


def test_every_link_of_the_public_book_leads_somewhere(site: Path) -> None:
    assert guards.dead_links(site) == []


def test_what_the_district_has_together_stays(site: Path) -> None:
    page = (site / "notebooks/1_basics/2_assets_and_debt.html").read_text("utf-8")
    assert "696.9亿元" in page and "公开版不列示企业明细" in page


def test_every_page_says_which_edition_it_is_and_shows_no_code(site: Path) -> None:
    for path in (site / "notebooks").rglob("*.html"):
        page = path.read_text("utf-8")
        notebook = ROOT / path.relative_to(site).with_suffix(".ipynb")
        assert "公开版" in page, path
        assert ("cell_input" in page) == (notebook.is_file() and shows_code(read_json(notebook)["metadata"])), path
