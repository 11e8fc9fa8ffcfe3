"""The desk as an enterprise and as staff use it, from the first page to the last decision."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from desks import NAMES, PASSWORD, browsers, examine, stand
from ledgers import rows_of, small_report
from paths import ROOT
from sqlalchemy import insert
from waiting import LONGEST

from stateassets.capture import schema as s
from stateassets.capture.arrivals import Examination, Finding, ReturnKey, ReturnRows
from stateassets.capture.store import CHINA, RefusedError
from stateassets.desk import alerts, visits
from stateassets.desk.desk import Owed, compared
from stateassets.desk.looking import duties
from stateassets.desk.pages import NOTES, day, moment, term
from stateassets.desk.visits import BROKEN, BUSY, NOT_ALLOWED, TOO_SLOW
from stateassets.importing.rows import Note
from stateassets.tables.data_errors import DataError, Fault
from stateassets.tables.declared import DataPackage

DOUBTFUL, WRONG = "flash_reports,JIA,2023-06,0\n", "flash_reports,JIA,2023-06,abc\n坏行\n"


def test_an_enterprise_sees_what_it_owes_the_latest_first_in_words_and_days(tmp_path):
    with browsers(stand(tmp_path), "jia") as (jia,):
        page = jia.get("/").text
        late, today = page.index("已逾期10天"), page.index("今天到期")
        assert late < today and "应报（2）" in page and "2023年7月10日" in page and "未报送" in page
        jia.upload()
        assert "已报送，待审" in jia.get("/").text


def test_what_is_wrong_is_told_at_once_cell_by_cell_with_what_to_do(tmp_path):
    with browsers(stand(tmp_path), "jia") as (jia,):
        page = jia.get(jia.upload(WRONG).headers["location"]).text
        assert "有2个错误，要改正后重新报送" in page
        for part in (
            "工作表“表一”D1格“累计营业收入”列",
            "“abc”不是数；应为：数。",
            "怎么办：改成数。",
            "A2格",
            "已退回",
        ):
            assert part in page, part
        assert "已退回，待重报" in jia.get("/").text


def test_a_doubt_is_answered_in_a_sentence_that_staff_read(tmp_path):
    with browsers(stand(tmp_path), "jia", "fang") as (jia, fang):
        path = jia.upload(DOUBTFUL).headers["location"]
        page = jia.get(path).text
        assert "没有错误，有1个疑点" in page and 'for="answer-1"' in page
        empty = jia.give(f"{path}/answers", **{"answer-1": " "})
        assert empty.status_code == 422 and 'href="#answers"' in empty.text and "没有新的说明" in empty.text
        long = jia.give(f"{path}/answers", **{"answer-1": "长" * 501})
        assert long.status_code == 422 and 'href="#answer-1"' in long.text and 'aria-invalid="true"' in long.text
        assert jia.give(f"{path}/answers", **{"answer-1": "停产检修两个月"}).status_code == 303
        assert "说明：停产检修两个月" in fang.get("/returns/1").text
        fang.give("/returns/1/decision", verdict="accept", reason="")
        late = jia.give(f"{path}/answers", **{"answer-1": "改口"})
        assert late.status_code == 422 and "停产检修两个月" in jia.get(path).text


def test_one_s_own_file_comes_back_as_it_was_and_marked(tmp_path):
    with browsers(stand(tmp_path), "jia") as (jia,):
        path = jia.upload(DOUBTFUL, "六月快报.csv").headers["location"]
        file, marked = jia.get(f"{path}/file"), jia.get(f"{path}/marked")
        assert file.content == DOUBTFUL.encode() and "%E5%85%AD%E6%9C%88" in file.headers["content-disposition"]
        assert (
            marked.text.endswith("标注1处")
            and "%EF%BC%88%E6%A0%87%E6%B3%A8%EF%BC%89.xlsx" in marked.headers["content-disposition"]
        )


def test_staff_accept_and_it_is_posted_once(tmp_path):
    made = stand(tmp_path)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        assert "财务快报2023年6月" in fang.get("/queue").text
        answer = fang.give("/returns/1/decision", verdict="accept", reason="")
        assert answer.headers["location"] == "/returns/1?done=decided" and made.settled() == [1]
        assert "待审（0）" in fang.get("/queue").text and "已采纳" in jia.get("/").text
        assert "决定已记下" in fang.get(answer.headers["location"]).text


def test_a_return_is_sent_back_with_a_reason_and_never_without(tmp_path):
    made = stand(tmp_path)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        without = fang.give("/returns/1/decision", verdict="send_back", reason=" ")
        assert without.status_code == 422 and "退回要写明原因" in without.text and 'href="#reason"' in without.text
        fang.give("/returns/1/decision", verdict="send_back", reason="收入与账不符")
        assert "收入与账不符" in jia.get("/returns/1").text and made.settled() == []
        jia.upload("flash_reports,JIA,2023-06,120\n", form="2")
        page = fang.get("/returns/2").text
        assert "第2次" in page and "fang的姓名退回：收入与账不符" in page


def test_a_return_stands_beside_its_predecessor_with_changed_cells_marked(tmp_path):
    made = stand(tmp_path)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        fang.give("/returns/1/decision", verdict="accept", reason="")
        with made.store.writing() as connection:
            connection.execute(insert(s.postings).values(return_id=1, at=made.store.time()))
        jia.upload("flash_reports,JIA,2023-06,120\n", form="2")
        page = " ".join(fang.get("/returns/2").text.split())
        assert "与第1次逐格比较" in page and "1行有变化" in page
        assert '<td class="moved"><ins>120</ins> <del><span class="sr">原来是</span>100</del></td>' in page
        assert page.index("年度</th>") < page.index("月份</th>") < page.index("累计营业收入</th>")


def test_what_was_looked_at_beside_another_than_the_newest_is_looked_at_again(tmp_path):
    made = stand(tmp_path)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        jia.upload("flash_reports,JIA,2023-06,120\n", form="2")
        assert 'name="beside" value="0"' in fang.get("/returns/2").text
        fang.give("/returns/1/decision", verdict="accept", reason="", beside="0")
        with made.store.writing() as connection:
            connection.execute(insert(s.postings).values(return_id=1, at=made.store.time()))
        late = fang.give("/returns/2/decision", verdict="accept", reason="", beside="0")
        assert late.status_code == 409 and "看过以后，同一期又有一份入账，请对照它再看一遍" in late.text
        assert 'name="beside" value="1"' in fang.get("/returns/2").text
        assert fang.give("/returns/2/decision", verdict="accept", reason="", beside="1").status_code == 303


def test_rows_are_compared_by_their_key_and_what_is_new_or_gone_is_said():
    def rows(*pairs):
        return [{"month": month, "revenue": revenue} for month, revenue in pairs]

    now, before = rows(("06", "5"), ("07", "1"), ("08", "9")), rows(("05", "3"), ("06", "4"), ("08", "9"))
    found = compared(NAMES, "flash_reports", now, before)
    assert [(row["cells"]["month"], row["cells"]["revenue"], row["state"]) for row in found] == [
        (("06", "06"), ("4", "5"), "changed"),
        (("", "07"), ("", "1"), "new"),
        (("08", "08"), ("9", "9"), "same"),
        (("05", ""), ("3", ""), "gone"),
    ]


def test_a_correction_of_what_came_before_the_store_stands_beside_the_book(tmp_path):
    made = stand(tmp_path)
    folder = small_report(tmp_path, "enterprises", "flash_reports")
    old = rows_of(folder, "flash_reports")[0]
    changed = {**old, "cash": "1.5"}
    key = ReturnKey("flash_reports", old["enterprise_id"], "2023-01")
    delivery = made.store.deliver(b"x", "a.csv", s.DESK, "JIA", "1")
    note = Note("amounts", "a.csv", 2, "资金", "15000", "1.5")
    made.store.record(delivery.id, Examination((ReturnRows(*key, (changed,)),), changed=((key, note),)), {key: 1})
    with browsers(made, "fang") as (fang,):
        page = fang.get("/returns/1").text
        assert "与账册现有的行逐格比较" in page and "1行有变化" in page and f"{old['cash']}</del>" in page
        assert "读文件时改动了什么（1）" in page and "a.csv第2行“资金”列：“15000”→“1.5”" in page
        assert "（第2次）" in page


def test_two_people_accept_where_two_must(tmp_path):
    made = stand(tmp_path, acceptors=2)
    with browsers(made, "jia", "fang", "liu") as (jia, fang, liu):
        jia.upload()
        fang.give("/returns/1/decision", verdict="accept", reason="")
        assert made.settled() == [] and "您已经采纳，要由另一个人复核" in fang.get("/returns/1").text
        again = fang.give("/returns/1/decision", verdict="accept", reason="")
        assert again.status_code == 409 and "同一个人不能采纳两次" in again.text
        assert "已采纳：fang的姓名" in liu.get("/returns/1").text and "已采纳：fang的姓名" in liu.get("/queue").text
        liu.give("/returns/1/decision", verdict="accept", reason="")
        assert made.settled() == [1]


def test_the_effect_is_shown_before_one_decides_and_a_slow_one_is_given_up(tmp_path):
    with browsers(stand(tmp_path / "a"), "jia", "fang") as (jia, fang):
        jia.upload()
        page = fang.get("/returns/1/effect").text
        assert "营业总收入" in page and "101.0亿元" in page and "1份报送引起预警" in page

    def slow(returns):
        raise TimeoutError

    with browsers(stand(tmp_path / "b", effect=slow), "jia", "fang") as (jia, fang):
        jia.upload()
        assert "算的时间太长" in fang.get("/returns/1/effect").text


def test_a_decision_stands_though_posting_fails(tmp_path, caplog):
    def broken():
        raise OSError("disk")

    made = stand(tmp_path, after_accept=broken)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        fang.give("/returns/1/decision", verdict="accept", reason="")
        made.settled()
        assert "没有完成，下次再做" in fang.get("/log").text and "disk" in caplog.text
        assert "disk" not in fang.get("/log").text and made.store.return_(1).state == "accepted"


def test_what_is_kept_back_from_the_ledger_is_told_to_staff_with_the_reason(tmp_path):
    made = stand(tmp_path, after_accept=lambda: {1: "负债大于资产加权益。"})
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        fang.give("/returns/1/decision", verdict="accept", reason="")
        made.settled()
        page = fang.get("/returns/1").text
        assert "没有入账：负债大于资产加权益" in page and "负债大于资产" not in jia.get("/returns/1").text


def test_a_clean_return_is_accepted_by_rule_where_the_book_says_so(tmp_path):
    made = stand(tmp_path, accept_clean=True)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        jia.upload(DOUBTFUL, form="2")
        assert [one.state for one in made.store.returns()] == ["accepted", "waiting"] and made.settled() == [1]
        assert "按规则采纳" in fang.get("/returns/1").text


def test_what_tells_of_others_rows_is_for_staff_alone(tmp_path):
    def found(path, sender, day):
        told = Fault(path.name, 2, None, "与乙公司的对账差5万元", "相等", "核对")
        return replace(examine(path, sender), beyond=(Finding("fault", None, told),))

    with browsers(stand(tmp_path, examine=found), "jia", "fang") as (jia, fang):
        path = jia.upload().headers["location"]
        assert "乙公司" not in jia.get(path).text and "与乙公司的对账差" in fang.get(path).text
        assert "标注0处" in jia.get(f"{path}/marked").text


def test_the_queue_is_filtered_late_first_and_turned_over(tmp_path):
    made = stand(tmp_path)
    lines = "".join(f"headcount,JIA,{1950 + number},5\n" for number in range(51))
    made.desk.take(lines.encode(), "多.csv", "JIA", "0")
    made.desk.take(b"flash_reports,JIA,2023-06,5\nflash_reports,YI,2023-05,5\n", "late.csv", "JIA", "1")
    made.desk.take(b"flash_reports,YI,2023-05,5\n", "yi.csv", "YI", "2")
    made.desk.take(b"flash_reports,JIA,2023-06,5\n", "late.csv", "JIA", "3")
    with browsers(made, "fang") as (fang,):
        first = fang.get("/queue").text
        assert (
            "待审（53）" in first
            and "晚了10天" in first
            and first.index("财务快报2023年6月") < first.index("人员情况19")
        )
        assert "第1页，共2页" in first and "按期" not in fang.get("/queue?enterprise=JIA&table=headcount").text
        assert "待审（1）" in fang.get("/queue?enterprise=YI").text
        assert "人员情况2000年" in fang.get("/queue?page=2&table=headcount").text
        assert "已退回（1）" in fang.get("/queue?state=sent_back").text
        assert "待审" in fang.get("/queue?state=anything").text


@pytest.mark.parametrize("state", ["waiting", "accepted", "sent_back", "posted"])
@pytest.mark.parametrize("acceptors", [1, 2])
def test_the_queue_holds_what_the_store_says_is_in_a_state(tmp_path, state, acceptors):
    made = stand(tmp_path, acceptors=acceptors)
    for number in range(1, 7):
        made.desk.take(
            f"flash_reports,JIA,2023-0{number},{'x' if number == 6 else 5}\n".encode(), "a.csv", "JIA", str(number)
        )
    for number, verdict, by in (
        (2, "accept", "fang"),
        (3, "accept", "fang"),
        (3, "accept", "liu"),
        (4, "send_back", "liu"),
        (5, "accept", "规则"),
    ):
        if made.store.return_(number).open:
            made.store.decide(number, verdict, by, "因为")
    with made.store.writing() as connection:
        connection.execute(insert(s.postings).values(return_id=5, at=made.store.time()))
    expected = [one.id for one in made.store.returns(state=state)]
    with browsers(made, "fang") as (fang,):
        page = fang.get(f"/queue?state={state}").text
    assert sorted(int(n) for n in range(1, 7) if f'href="/returns/{n}"' in page) == expected


def test_alerts_have_somebody_responsible_an_answer_and_an_end(tmp_path):
    made = stand(tmp_path)
    with browsers(made, "jia", "fang") as (jia, fang):
        jia.upload()
        with made.store.writing() as connection:
            at = made.store.time()
            connection.execute(insert(s.looks).values(as_of="2023-07-20", at=at))
            event = {
                "rule": "debt",
                "enterprise_id": "JIA",
                "subject": "资产负债率",
                "level": 3,
                "sentence": "负债率81%",
            }
            connection.execute(insert(s.alert_events).values(look_id=1, event="new", at=at, **event))
        assert "责任人：还没有指定" in fang.get("/alerts").text
        nothing = fang.give("/alerts/1", kind="assigned", said="")
        assert (
            nothing.status_code == 422 and "请选择事项，并写明内容" in nothing.text and 'href="#said-1"' in nothing.text
        )
        for kind, said in (
            ("assigned", "张三"),
            ("answered", "正在压降"),
            ("reminded", "请于月底前"),
            ("settled", "已降到78%"),
        ):
            assert fang.give("/alerts/1", kind=kind, said=said).status_code == 303
        page = fang.get("/alerts").text
        assert "责任人：张三" in page and "说明：正在压降" in page and "催办：请于月底前" in page and "已办结" in page
        assert "（0）" in fang.get("/alerts?enterprise=YI").text
    with pytest.raises(RefusedError, match="请选择事项"):
        alerts.write(made.store, 1, "anything", "x", "fang")


def test_what_was_taken_and_not_examined_is_examined_when_the_desk_begins(tmp_path):
    made = stand(tmp_path)
    made.store.deliver(b"flash_reports,JIA,2023-06,5\n", "a.csv", s.DESK, "JIA", "JIA:1:x")
    made.store.deliver(b"flash_reports,JIA,2023-06,5\n", "b.csv", s.INBOX, "JIA", "b.csv")
    with browsers(made, "jia") as (jia,):
        assert "正在检查" in jia.get("/deliveries/1").text
        with jia:  # the desk begins
            jia.get("/")
        assert "检查通过" in jia.get("/deliveries/1").text
    assert len(made.store.returns()) == 1


def test_a_file_that_cannot_be_read_is_told_as_a_fault(tmp_path):
    def unreadable(path, sender, day):
        raise DataError([Fault(path.name, None, None, "打不开", "没有密码的工作簿", "去掉密码后重新报送")])

    with browsers(stand(tmp_path, examine=unreadable), "jia") as (jia,):
        page = jia.get(jia.upload().headers["location"]).text
        assert "整个文件" in page and "去掉密码后重新报送" in page and "有1个错误" in page


def test_the_same_file_again_is_said_to_be_the_same(tmp_path):
    with browsers(stand(tmp_path), "jia") as (jia,):
        jia.upload()
        page = jia.get(jia.upload(form="2").headers["location"]).text
        assert "是同一个文件" in page and "没有改动，没有再看" in page


def test_one_changes_one_s_password_and_signs_in_anew(tmp_path):
    new = "一个更长更长的新密码"
    with browsers(stand(tmp_path), "jia", "") as (jia, other):
        for fields, told in (
            ({"old": "falsch", "new": new, "again": new}, "现在的密码不对"),
            ({"old": PASSWORD, "new": new, "again": "别的"}, "两次写的新密码不一样"),
            ({"old": PASSWORD, "new": "短", "again": "短"}, "密码要10到200个字符"),
        ):
            answer = jia.give("/password", **fields)
            assert answer.status_code == 422 and told in answer.text
        assert jia.give("/password", old=PASSWORD, new=new, again=new).headers["location"] == "/sign-in"
        assert other.enter("jia").status_code == 401 and other.enter("jia", new).status_code == 303


def test_who_comes_when_too_many_wait_is_asked_to_come_later(tmp_path, monkeypatch):
    monkeypatch.setattr(visits, "MOST_WAITING", 0)
    made = stand(tmp_path)
    with browsers(made, "") as (browser,):
        assert BUSY in browser.enter("jia").text


def test_pages_answer_while_files_are_examined(tmp_path):
    go = threading.Event()

    def slow(path, sender, day):
        assert go.wait(LONGEST)
        return examine(path, sender)

    made = stand(tmp_path, examine=slow)
    with browsers(made, "jia") as (jia,), jia:
        token = jia.token("/password")
        files = [{"file": ("a.csv", f"flash_reports,JIA,19{number + 10}-06,5\n")} for number in range(12)]
        work = [
            threading.Thread(
                target=jia.post,
                args=("/deliveries",),
                kwargs={"data": {"token": token, "form": str(n)}, "files": files[n]},
                daemon=True,
            )
            for n in range(12)
        ]
        for one in work:
            one.start()
        try:
            assert jia.get("/password").status_code == 200
        finally:
            go.set()
        for one in work:
            one.join(LONGEST)
            assert not one.is_alive(), "没有答复"
    assert len(made.store.returns()) == 12


def test_times_are_words_and_what_is_done_about_alerts_is_called_as_in_the_book():
    assert DataPackage.read(ROOT / "data").tables["alert_notes"].labels["kind"] == NOTES
    assert day(date(2023, 6, 5)) == "2023年6月5日" and moment("2023-06-05T08:09:10+08:00") == "2023年6月5日08:09"
    assert [term(n) for n in (3, 0, -5)] == ["已逾期3天", "今天到期", "还有5天"]
    assert [term(n, done=True) for n in (3, 0, -5)] == ["晚了3天", "按期", "按期"]


def test_what_is_done_is_late_by_when_it_arrived_and_no_more(tmp_path):
    made = stand(tmp_path)
    made.clock.now = datetime(2023, 7, 12, 9, tzinfo=CHINA)
    made.desk.take(b"flash_reports,JIA,2023-06,5\n", "a.csv", "JIA", "0")
    made.store.decide(1, "accept", "fang")
    made.clock.now += timedelta(days=30)
    found = duties(made.store, [Owed("flash_reports", "JIA", "2023-06", date(2023, 7, 10))], made.clock().date(), "JIA")
    assert [(one.done, one.days_late, one.word) for one in found] == [(True, 2, "已采纳")]


def test_each_sentence_for_whoever_is_turned_away_says_what_to_do():
    assert "请从报送台的页面进入" in NOT_ALLOWED and "请检查网络后重新报送" in TOO_SLOW
    assert "告诉管理员" in BROKEN and "请过几分钟再试" in BUSY
