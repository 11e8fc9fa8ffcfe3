"""三重一大: each step of procedure, planted breaches and their neighbours, wrong tables."""

import pandas as pd
import pytest

from stateassets.alerts import RED, YELLOW, AlertContext
from stateassets.alerts.page import AlertsPage
from stateassets.domains.decisions import page as deciding
from stateassets.domains.decisions.alerts import unmet
from stateassets.tables.origins import Origin

END = pd.Timestamp("2023-12-31")


@pytest.fixture(scope="module")
def seen(report):
    return AlertsPage(report, "decisions")


# --- what was planted, and what is just in order -------------------------------------------------

PLANTED = [
    ("decision_unmet", "D2", YELLOW),
    ("decision_early", "C", RED),
    ("decision_quorum", "F2", YELLOW),
    ("decision_votes", "A2", YELLOW),
    ("decision_recusal", "D", YELLOW),
    ("decision_unreviewed", "E1", YELLOW),
    ("decision_beyond", "C1", YELLOW),
    ("decision_stale", "B", YELLOW),
]


@pytest.mark.parametrize(("rule", "enterprise", "level"), PLANTED)
def test_a_planted_breach_is_found(seen, rule, enterprise, level):
    found = {a.enterprise_id: a.level for a in seen.of(rules=[rule], opened=True).alerts}
    assert found.pop(enterprise) == level
    assert found == {}


@pytest.mark.parametrize(
    "title",
    [
        "孵化场地电路改造",  # without a meeting, but below the line
        "搅拌站设备更新",  # no majority, and so not executed
        "对下属企业增资",  # decided lately, not yet executed
        "关联基金认缴出资",
    ],  # whoever had to leave the room did
)
def test_the_nearest_that_is_in_order_is_quiet(seen, report, title):
    assert title in set(report.ledger.frames["decisions"]["title"])
    assert not [a for a in seen.alerts if a.subject.startswith(title)]


def test_a_breach_is_told_by_one_rule_only(seen):
    subjects = [a.subject for a in seen.alerts]
    assert len(subjects) == len(set(subjects)) == len(PLANTED)


# --- worked by hand ------------------------------------------------------------------------------


def matters(**columns):
    row = {
        "id": "1",
        "enterprise_id": "A",
        "title": "事项",
        "kind": "project",
        "amount": 500.0,
        "executed_on": pd.Timestamp("2023-11-20"),
        "meeting_on": pd.NaT,
    }
    return pd.DataFrame([{**row, **columns}])


@pytest.mark.parametrize(
    ("columns", "days"),
    [
        ({}, [10, 41]),  # just at the line for projects
        ({"amount": 499.99}, []),
        ({"kind": "appointment", "amount": 0.0}, [10, 41]),  # whatever the amount
        ({"kind": "funds", "amount": 999.99}, []),
        ({"meeting_on": pd.Timestamp("2023-12-05")}, [10, 0]),
        ({"meeting_on": pd.Timestamp("2023-11-20")}, []),
    ],
)
def test_a_matter_at_its_kinds_line_needs_a_meeting(report, columns, days):
    rows = unmet(AlertContext({**report.ledger.frames, "decisions": matters(**columns)}, END))
    assert rows["days"].tolist() == days


def test_each_step_of_a_matter_by_hand(report):
    rows = deciding.procedure(report).set_index("title")
    steps = list(deciding.STEPS)
    early = rows.loc["拆迁安置周转用房采购", steps].to_dict()
    assert early.pop("先议后行") is False and False not in early.values()
    unheld = rows.loc["河道清淤专项工程发包", steps].to_dict()
    assert unheld["开会决策"] is False and unheld["到会"] is None and unheld["表决"] is None
    left = rows.loc["关联基金认缴出资", steps].to_dict()
    assert left["回避"] is True and False not in left.values()


def test_the_picture_and_the_warnings_say_the_same(report, seen):
    rows = deciding.questioned(report)
    told = {
        (r["id"], rule) for r in rows.to_dict("records") for step, rule in deciding.STEPS.items() if r[step] is False
    }
    warned = {(a.subject.rpartition("（")[2][:-1], a.rule.id) for a in seen.alerts if a.open}
    assert told == warned


def test_the_chapters_numbers_add_up(report):
    told = {k: int(v[:-1]) for k, v in deciding.numbers(report).items()}
    assert told["kept"] + told["broken"] == report.figure("decisions").number
    kinds, _ = deciding.by_kind(report)
    assert [sum(column) for column in zip(*(n for _, n in kinds), strict=True)] == [told["kept"], told["broken"]]


def test_every_table_of_the_chapter_says_that_it_is_a_sample(report):
    assert deciding.listing(report, "x").origin is Origin.SAMPLE
    assert deciding.lines_table(report, "x").origin is Origin.OWN


# --- tables that are wrong -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"present": "9"}, ("实到人数", "9人", "不多于应到人数")),
        ({"in_favour": "7", "present": "6"}, ("赞成人数", "7人", "不多于实到人数6人")),
        ({"recused": "1"}, ("实际回避人数", "1人", "不多于应回避人数0人")),
        ({"members": ""}, ("应到人数", "空白", "会议上的人数")),
        ({"meeting_on": ""}, ("应到人数", "空白，因为没有会议日期")),
        ({"executed_amount": ""}, ("执行金额", "空白", "执行了多少")),
        ({"executed_on": ""}, ("执行金额", "空白，因为没有开始执行日期")),
    ],
)
def test_an_impossible_meeting_is_named(data, change, words):
    row = data.change("decisions", lambda r: r.update(change), id="JC013")
    data.fault(f"ledger/decisions.csv第{row}行", *words)


def test_a_matter_neither_decided_nor_executed_is_named(data):
    gone = dict.fromkeys(
        ("meeting_on", "members", "present", "in_favour", "to_recuse", "recused", "executed_on", "executed_amount"), ""
    )
    row = data.change("decisions", lambda r: r.update(gone), id="JC013")
    data.fault(f"ledger/decisions.csv第{row}行", "会议日期", "既没有开会也没有执行的，不登记")


def test_a_kind_without_its_line_is_named(data):
    path = data.folder / "settings" / "decision_lines.csv"
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("funds")), "utf-8-sig")
    data.fault("settings/decision_lines.csv", "没有大额资金运作的标准")
