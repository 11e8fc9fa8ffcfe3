"""``read``: what is said on the terminal, what is written, and what is refused."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hand_made import FAULTY, SOUND, reading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from paths import CASES, ROOT

from stateassets.audit import examine
from stateassets.cli.main import main
from stateassets.importing.claims import read_claims
from stateassets.importing.printed import SHORT_UNITS
from stateassets.measures.claims import Claim
from stateassets.measures.registry import REGISTRY
from stateassets.reading import claims_file, reports
from stateassets.reading.comments import said, with_comments
from stateassets.reading.decisions import beside, load
from stateassets.reading.marked_page import page, visible
from stateassets.reading.marks import TOLD
from stateassets.reading.model import Document, Found, Place, Reading

DOCUMENTS = sorted(p for p in (CASES / "reading" / "dev").iterdir() if p.suffix != ".csv" and p.name != "README.md")
KINDS = ("level", "yoy_pct", "yoy_pp", "yoy_abs", "share", "cagr", "other_base")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder far from any book, with two reports of 某区 that are read as the hand-made ones."""
    made = {"2022.txt": (SOUND, 2022, "某区"), "2023.txt": (FAULTY, 2023, "某区"), "别处.txt": (SOUND, 2022, "某市")}
    for name in made:
        (tmp_path / name).write_text(f"某区报告{name}", "utf-8")

    def read(path: Path, region: str | None = None, year: int | None = None) -> reports.Source:
        blocks, usual, where = made[path.name]
        return reports.Source(path, reading(blocks, year or usual, path.name, region or where), load(beside(path)))

    monkeypatch.setattr(reports, "read_report", read)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_findings_come_first_then_the_counts_and_what_awaits_a_look(folder, capsys):
    assert main(["read", "2023.txt", "--quick"]) == 1
    said = capsys.readouterr().out
    order = [
        "冲突（待核）｜2023年",
        "原句：负债总额246.0亿元",
        "冲突1项",
        "读出公布数7个，未识别1个，不是公布数的1个",
        "待核的结论1处",
    ]
    assert sorted(order, key=said.index) == order
    assert "未识别｜第5句“12次”：没有认出项目" in said


def test_a_sound_report_ends_well_and_nothing_awaits_a_look(folder, capsys):
    assert main(["read", "2022.txt", "--quick"]) == 0
    said = capsys.readouterr().out
    assert "待核" not in said and "一致" in said


def test_several_years_are_audited_together_and_each_sentence_names_its_report(folder, capsys):
    assert main(["read", "2022.txt", "2023.txt", "--quick", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["year"] for one in told["reports"]] == [2022, 2023]
    together = [f for f in told["findings"] if f["subject"] == "两年之间"]
    reports_of = {n["n"]: n["report"] for n in told["numbers"]}
    assert together and {reports_of[n] for n in together[0]["rests_on"]} == {0, 1}
    main(["read", "2022.txt", "2023.txt", "--quick"])
    assert "《2023.txt》第4句" in capsys.readouterr().out


def test_how_the_last_digit_came_about_can_be_said_and_stands_on_the_page(folder, capsys):
    for way, words in (("half-up", "按四舍五入看待"), ("truncate", "按截去尾数看待")):
        main(["read", "2022.txt", "--quick", "--rounding", way, "--html", "标.html"])
        assert words in (folder / "标.html").read_text("utf-8")
    assert "不小于400.2亿元、小于400.3亿元" in (folder / "标.html").read_text("utf-8")


def test_without_quick_it_says_what_the_numbers_imply(folder, capsys):
    main(["read", "2022.txt"])
    assert "可推出：2022年资产负债率" in capsys.readouterr().out


def test_json_has_every_number_in_the_texts_order_with_its_place_and_mark(folder, capsys):
    main(["read", "2023.txt", "--json", "--quick"])
    told, made = json.loads(capsys.readouterr().out), reading()
    assert [n["n"] for n in told["numbers"]] == list(range(1, len(told["numbers"]) + 1))
    assert len(told["numbers"]) == len(made.found) + len(made.unplaced) + len(made.no_claims)
    for number in told["numbers"]:
        place = number["place"]
        assert made.document.blocks[place["block"]].text[place["start"] : place["end"]] == number["text"]
    assert all(("claim" in n) == (n["mark"] not in ("未识别", "不是公布数")) for n in told["numbers"])
    assert [f["pending"] for f in told["findings"]] == [True]


def test_every_field_of_the_json_is_documented(folder, capsys):
    main(["read", "2023.txt", "--json"])
    told = json.loads(capsys.readouterr().out)
    described = (ROOT / "docs" / "commands.md").read_text("utf-8")
    fields = {*told, *told["reports"][0], *told["numbers"][1], *told["numbers"][1]["place"], *told["findings"][0]}
    assert [field for field in fields | set(told["numbers"][1]["claim"]) if f"`{field}`" not in described] == []


def test_all_that_is_asked_for_is_written_and_said(folder, capsys):
    main(["read", "2023.txt", "--out", "数.csv", "--html", "标.html", "--word", "标.docx", "--quick"])
    said = capsys.readouterr().out
    assert all((folder / name).stat().st_size and name in said for name in ("数.csv", "标.html", "标.docx"))


@pytest.mark.parametrize("words", [["2023.txt", "--json", "数.json"], ["--json", "数.json", "2023.txt"]])
def test_the_json_can_be_stored_as_the_other_results(folder, capsys, words):
    main(["read", *words, "--quick"])
    assert "数.json" in capsys.readouterr().out
    assert json.loads((folder / "数.json").read_text("utf-8"))["reports"][0]["name"] == "2023.txt"


def test_a_report_behind_json_is_read_and_not_written(folder, capsys):
    before = (folder / "2023.txt").read_bytes()
    main(["read", "--json", "2023.txt", "--quick"])
    assert json.loads(capsys.readouterr().out)["reports"][0]["name"] == "2023.txt"
    assert (folder / "2023.txt").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["2022.txt", "2023.txt", "--year", "2023"], "不写--year，各份的年度从报告里读"),
        (["2023.txt", "--confirm", "--json"], "先核对，再用--json输出"),
        (["2023.txt", "--confirm"], "这里不能回答问题"),
        (["2023.txt", "./2023.txt"], "同一份报告写了两次"),
        (["2023.txt", "--year", "20232"], "20232；应为：1949至"),
        (["2023.txt", "--year", "1948"], "1948；应为：1949至"),
        (["2023.txt", "--out", "数.pdf"], "--out不能存成这种文件"),
        (["2023.txt", "--html", "标.txt"], "--html不能存成这种文件"),
        (["2023.txt", "--word", "标.doc"], "--word不能存成这种文件"),
        (["2023.txt", "--json", "2023.json", "--html", "2023.json"], "--html不能存成这种文件"),
        (["2023.txt", "--json", "没有/数.json"], "没有这个文件夹"),
        (["2023.txt", "--html", "标.html", "--out", "没有/数.csv"], "没有这个文件夹"),
        (["2022.txt", "别处.txt"], "像是某区、某市的报告"),
    ],
)
def test_a_call_that_cannot_be_done_is_refused_and_nothing_is_written(folder, capsys, words, told):
    before = sorted(folder.iterdir())
    assert main(["read", *words]) == 1
    assert told in capsys.readouterr().out
    assert sorted(folder.iterdir()) == before


def test_no_output_takes_the_place_of_a_report_or_of_another_output(folder, capsys):
    (folder / "2023.txt").rename(folder / "2023.html")
    assert main(["read", "2023.html", "--html", "2023.html"]) == 1
    assert "会盖掉报告或另一个结果" in capsys.readouterr().out
    assert (folder / "2023.html").read_text("utf-8") == "某区报告2023.txt"


def test_a_report_that_is_not_there_is_told_in_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["read", "没有.docx"]) == 1
    assert "没有.docx" in capsys.readouterr().out


# --- the claims file -----------------------------------------------------------------------------


def _claims(*found: Claim) -> Reading:
    place = Place(0, 0, 1, 1)
    numbers = tuple(Found(claim, claim.text, "=HYPERLINK(\u202e“原句”)，\n2亿元", place) for claim in found)
    return Reading(Document("某区报告.docx", "docx", ()), "某区", 2023, numbers)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Any claim that a reader can make."""
    name = draw(
        st.sampled_from([*(m.name_zh for m in REGISTRY.values()), "省属企业户数", "全年上缴税费", "研发投入强度"])
    )
    measure = REGISTRY.by_name_zh(name)
    decimals = draw(st.integers(0, 4))
    number = draw(st.integers(-(10**9), 10**9))
    kind = draw(st.sampled_from(KINDS))
    unit = {"yoy_pct": "%", "share": "%", "cagr": "%", "yoy_pp": "个百分点"}.get(kind) or draw(
        st.sampled_from(["亿元", "万元", "户", "%", "人", "倍"])
    )
    return Claim(
        id="",
        region=draw(st.sampled_from(["某区", "某市", ""])),
        year=draw(st.integers(1990, 2030)),
        scope=draw(st.sampled_from(["企业国有资产不含金融", "", "省属企业", "市县企业（2022年）"])),
        section="",
        indicator=measure.name if measure else None,
        name_zh=name,
        kind=kind,
        text=f"{'-' if number < 0 else ''}{abs(number) // 10**decimals}"
        + (f".{abs(number) % 10**decimals:0{decimals}d}" if decimals else ""),
        unit=unit,
        decimals=decimals,
        qualifier=draw(st.sampled_from(["rounded", "exact", "over", "more", "nearly", "about"])),
        source="某区报告",
        base=draw(st.sampled_from(["", "年初", "2020", "2021年初", "上月"])),
    )


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(claims(), min_size=1, max_size=6))
def test_audit_reads_a_claims_file_back_to_the_same_claims(tmp_path_factory, written):
    folder = tmp_path_factory.mktemp("claims")
    for name, form in (("数.csv", claims_file.as_csv), ("数.xlsx", claims_file.as_workbook)):
        (folder / name).write_bytes(form([_claims(*written)]))
        read = read_claims(folder / name)
        assert [replace(claim, id="") for claim in read.claims] == written
        assert not read.unused


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_of_a_report_of_any_format_every_output_holds_every_number(path, tmp_path):
    marked = reports.mark([reports.read_report(path)], examine)
    (file := tmp_path / "数.xlsx").write_bytes(claims_file.as_workbook(marked.readings))
    assert set(map(_told, read_claims(file).claims)) == set(map(_told, marked.readings[0].claims))
    links = html.document_fromstring(page(marked)).xpath("//a[contains(concat(' ', @class, ' '), ' n ')]/text()")
    assert links == [visible(_as_it_stands(marked.readings[0], number.place)) for number in marked.numbers]
    word, own = with_comments(marked, [path.read_bytes() if path.suffix == ".docx" else None])
    comments = [comment.text for comment in docx.Document(io.BytesIO(word)).comments]
    assert comments == [said(marked, number) for number in marked.numbers if number.mark in TOLD]
    assert own == (path.suffix == ".docx")


def _told(claim: Claim) -> tuple[object, ...]:
    unit = SHORT_UNITS.get(claim.unit, claim.unit)  # 亿 of a table is 亿元
    return (claim.region, claim.year, claim.scope, claim.kind, claim.text, unit, claim.base)


def _as_it_stands(of: Reading, place: Place) -> str:
    return of.document.blocks[place.block].text[place.start : place.end]


def test_audit_says_of_a_claims_file_what_read_said_of_the_report(folder, capsys):
    assert main(["read", "2023.txt", "--out", "数.xlsx", "--quick"]) == 1
    capsys.readouterr()
    assert main(["audit", "数.xlsx", "--quick"]) == 1
    assert "所有者权益184.6亿元" in capsys.readouterr().out


def test_a_cell_of_a_hostile_sentence_is_text_to_every_spreadsheet():
    for text in ("=1+1", "＝1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-1+1", "\u202e=1", "长" * 5000):
        cell = claims_file.cell(text)
        assert cell[0] not in "=+-@＝" and len(cell) <= claims_file.LONGEST + 2 and "\u202e" not in cell


def test_a_copy_of_a_report_under_another_name_is_the_same_report(folder, capsys):
    (folder / "副本.txt").write_bytes((folder / "2023.txt").read_bytes())
    assert main(["read", "2023.txt", "副本.txt"]) != 0
    assert "同一份报告写了两次" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        (["资产总额600.0亿元。"], "没有可以核对的"),
        (["资产总额600.0亿元，负债总额360.0亿元，净资产250.0亿元。"], "有矛盾"),
    ],
)
def test_the_first_words_say_whether_anything_could_be_checked(tmp_path, capsys, blocks, said):
    (tmp_path / "某区.txt").write_text("某区2023年度企业国有资产管理情况报告\n\n" + "\n\n".join(blocks), "utf-8")
    assert main(["read", str(tmp_path / "某区.txt"), "--quick"]) == ("矛盾" in said)
    out = capsys.readouterr().out
    assert said in out and "没有发现问题" not in out


def test_several_reports_together_have_a_first_word_too(folder, capsys):
    main(["read", "2022.txt", "2023.txt", "--quick"])
    assert "几份报告合起来看，有矛盾" in capsys.readouterr().out
