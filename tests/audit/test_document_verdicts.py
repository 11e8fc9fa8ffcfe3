"""The verdict of a whole document: what a reader is told first."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest
from paths import ROOT
from test_examine import row

from stateassets.audit import Judged, examine, verdict_of_document
from stateassets.audit.findings import CONFLICT, UNIT
from stateassets.measures.claims import Claim, collected_claims
from stateassets.measures.registry import REGISTRY

# Reports written for reading, every number of them accounted for; they lie beside the repository.
READING = Path(os.environ.get("STATEASSETS_READING", ROOT.parent / "shared" / "reading"))
YI = "亿元"


def judged(*rows):
    return verdict_of_document(examine(collected_claims(rows)))


BALANCE = [row("资产总额", "100.0", YI), row("负债总额", "60.0", YI), row("净资产", "40.0", YI)]
SPOILT = [*BALANCE[:2], row("净资产", "30.0", YI)]
MISUSED = [row("资产负债率", "60.0", "%"), row("资产负债率", "0.6", "%", "yoy_pp")]
ASKED = [row("保值增值率", "103.70", "%"), row("所有者权益", "3.70", "%", "yoy_pct")]
SHORT = [row("负债总额", "60.00", YI), row("流动负债", "40.00", YI), row("长期负债", "10.00", YI)]


def test_the_gravest_finding_is_the_verdict_and_its_reasons_are_named():
    assert judged(*BALANCE).verdict is Judged.CLEAN and judged(*BALANCE).reasons == ()
    assert judged(*BALANCE, *ASKED).verdict is Judged.NOTICE
    assert judged(*BALANCE, *ASKED, *MISUSED).verdict is Judged.UNIT
    worst = judged(*SPOILT, *ASKED, *MISUSED)
    assert worst.verdict is Judged.CONFLICT and {f.verdict for f in worst.reasons} == {CONFLICT}
    assert {f.verdict for f in judged(*MISUSED).reasons} == {UNIT}


def test_a_list_of_some_parts_is_no_fault_of_a_document():
    assert judged(*SHORT).verdict is Judged.CLEAN


def test_scopes_in_a_row_make_up_a_whole_though_a_number_of_others_is_told_between():
    def told(scope, assets, profit):
        return [row("资产总额", assets, "万元", scope=scope), row("净利润", profit, "万元", scope=scope)]

    parts = [*told("甲公司", "1862400", "6824"), *told("乙公司", "714900", "3917"), *told("丙公司", "288000", "1143")]
    rows = [*told("区属企业", "2865300", "11344"), row("户数", "3", "家", scope="一级企业"), *parts]
    assert judged(*rows).verdict is Judged.CONFLICT  # 11884 in sum
    right = [row("净利润", "11884", "万元", scope="区属企业") if r["value"] == "11344" else r for r in rows]
    assert judged(*right).verdict is Judged.CLEAN


def test_a_report_that_prints_last_year_too_contradicts_itself():
    rows = [
        row("资产总额", "100.00", YI, year=2022),
        row("资产总额", "110.00", YI),
        row("资产总额", "2.00", "%", "yoy_pct"),
    ]
    assert judged(*rows).verdict is Judged.CONFLICT
    of_two = [{**rows[0], "source_title": "2022年报告"}, *rows[1:]]
    assert judged(*of_two).verdict is Judged.NOTICE


def test_every_verdict_has_words_for_readers():
    assert all(verdict.name_zh and verdict.meaning for verdict in Judged)


# --- the reading set -----------------------------------------------------------------------------


def documents(path, alternative):
    """Return the claims of each document of a gold; where several readings are right, one of them."""
    found = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            said = {name: line[name].split("|") for name in ("scope", "name_zh", "kind", "base")}
            read = {name: words[min(alternative, len(words) - 1)] for name, words in said.items()}
            measure = REGISTRY.by_name_zh(read["name_zh"])
            found[line["file"]].append(
                Claim(
                    id=f"{line['file']}#{line['seq']}",
                    region=line["region"],
                    year=int(line["year"][:4]) - line["year"].endswith("初"),
                    scope=read["scope"],
                    section="",
                    indicator=measure.name if measure else None,
                    name_zh=read["name_zh"],
                    kind=read["kind"].replace("count", "level"),
                    text=line["value"],
                    unit=line["unit"],
                    decimals=int(line["decimals"]),
                    qualifier=line["qualifier"].replace("under", "nearly"),
                    source=line["file"],
                    base=read["base"],
                )
            )
    return found


@pytest.mark.skipif(not READING.exists(), reason="the reading set is not beside the repository")
@pytest.mark.parametrize("alternative", [0, 1, 9])
def test_every_document_of_the_reading_set_gets_its_verdict(alternative):
    claims = documents(READING / "gold.csv", alternative)
    with (READING / "verdicts.csv").open(encoding="utf-8-sig", newline="") as file:
        wanted = {line["file"]: {line["verdict"], *line["also_ok"].split("|")} for line in csv.DictReader(file)}
    found = {name: verdict_of_document(examine(claims[name])).verdict.value for name in wanted}
    assert {name: verdict for name, verdict in found.items() if verdict not in wanted[name]} == {}
    district = documents(READING / "dadukou_2023_gold.csv", 0)
    assert {verdict_of_document(examine(some)).verdict for some in district.values()} <= {Judged.NOTICE, Judged.CLEAN}
