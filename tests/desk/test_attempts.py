"""Attempts on the desk: each is turned away as it should be, and leaves everything as it was."""

from __future__ import annotations

import io
import re
import tempfile
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desks import GOOD, NAMES, PASSWORD, Browser, Stand, browsers, examine, stand
from sqlalchemy import func, select
from waiting import LONGEST

from stateassets.capture import schema as s
from stateassets.capture.arrivals import Examination
from stateassets.capture.receiving import safe_name
from stateassets.capture.store import RefusedError
from stateassets.desk import handing_in, visits
from stateassets.desk.application import application
from stateassets.desk.visits import BAD_FORM, FIELDS, FROM_ELSEWHERE, NOT_FOUND, STALE_FORM, TOO_LARGE, TOO_MANY
from stateassets.importing.files.raw import read_file

SCRIPT = "<script>alert(1)</script>"
SQL = "x' OR '1'='1'; DROP TABLE returns;--"
WATCHED = (s.returns, s.deliveries, s.decisions, s.answers, s.accounts, s.alert_notes, s.postings)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """A desk where 甲公司 has handed in a return with a doubt (1) and 乙公司 one (2)."""
    found = stand(tmp_path_factory.mktemp("desk"))
    found.desk.take(b"flash_reports,JIA,2023-06,0\n", "甲.csv", "JIA", "0")
    found.desk.take(b"flash_reports,YI,2023-06,5\n", "乙.csv", "YI", "0")
    return found


@pytest.fixture(scope="module")
def people(made: Stand) -> dict[str, Browser]:
    """Somebody of each kind, signed in once."""
    with browsers(made, "", "jia", "fang") as found:
        return dict(zip(("nobody", "jia", "fang"), found, strict=True))


def counted(made: Stand) -> dict[str, int]:
    """How many rows there are of all that an attempt might add."""
    with made.store.reading() as connection:
        return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in WATCHED}


def form(browser: Browser, **fields: Any) -> dict[str, Any]:
    """A form with its token."""
    return {"token": browser.token("/password"), **fields}


# --- one request each: who, method, path, what is sent, the answer ------------------------------

DECISION = "/returns/1/decision"
ATTEMPTS: dict[str, tuple[str, str, str, dict[str, Any], int]] = {
    "folders in a path": ("jia", "GET", "/deliveries/..%2f..%2fetc%2fpasswd", {}, 404),
    "folders in a path, written out": ("jia", "GET", "/../../etc/passwd", {}, 404),
    "folders beside the style sheet": ("nobody", "GET", "/desk.css/..%2fdesk.py", {}, 404),
    "a template": ("nobody", "GET", "/templates/base.html", {}, 404),
    "the store": ("fang", "GET", "/returns.sqlite", {}, 404),
    "a null byte in a path": ("jia", "GET", "/deliveries/1%00", {}, 404),
    "a line break in a path": ("jia", "GET", "/deliveries/1%0d%0aX-Bad:%201", {}, 404),
    "a negative number": ("jia", "GET", "/deliveries/-1", {}, 404),
    "nought": ("jia", "GET", "/deliveries/0", {}, 404),
    "a number that no database has": ("jia", "GET", "/deliveries/99999999999999999999999", {}, 404),
    "a number too large by one": ("fang", "GET", "/returns/2147483648", {}, 404),
    "a number in full width": ("jia", "GET", "/deliveries/１", {}, 404),
    "a number as a power": ("jia", "GET", "/deliveries/1e0", {}, 404),
    "something behind a number": ("jia", "GET", "/deliveries/1;admin=1", {}, 404),
    "a path in capitals": ("fang", "GET", "/QUEUE", {}, 404),
    "a path with a bar behind": ("fang", "GET", "/queue/", {}, 404),
    "another host as a path": ("nobody", "GET", "/%2f%2fevil.example/", {}, 404),
    "another's delivery": ("jia", "GET", "/deliveries/2", {}, 404),
    "another's file": ("jia", "GET", "/deliveries/2/file", {}, 404),
    "another's return": ("jia", "GET", "/returns/2", {}, 404),
    "staff's pages by an enterprise": ("jia", "GET", "/log", {}, 404),
    "another's in a filter": ("jia", "GET", "/deliveries?enterprise=YI&enterprise=JIA&sender=YI", {}, 200),
    "SQL in a filter": ("fang", "GET", f"/queue?enterprise={SQL}&table={SQL}&state={SQL}&page={SQL}", {}, 200),
    "SQL in the log's filter": ("fang", "GET", f"/log?who={SQL}", {}, 200),
    "a null byte in a filter": ("fang", "GET", "/log?who=%00", {}, 200),
    "a filter that is no text": ("fang", "GET", "/log?who=%ff%fe", {}, 200),
    "a page far behind": ("fang", "GET", "/log?page=999999", {}, 200),
    "a page before the first": ("fang", "GET", "/log?page=-1", {}, 200),
    "a page in other digits": ("fang", "GET", "/log?page=٣", {}, 200),
    "a very long filter": ("fang", "GET", f"/log?who={'x' * 20_000}", {}, 200),
    "markup in a filter": ("fang", "GET", f"/log?who={SCRIPT}", {}, 200),
    "markup in what was done": ("jia", "GET", f"/?done={SCRIPT}", {}, 200),
    "another method": ("jia", "DELETE", "/deliveries/1", {}, 405),
    "a method that reads headers back": ("nobody", "TRACE", "/", {}, 405),
    "a method for files": ("fang", "PUT", "/desk.css", {"content": b"x"}, 405),
    "a way in for POST by GET": ("fang", "GET", f"{DECISION}?verdict=accept", {}, 405),
    "a method hidden in a form": ("jia", "POST", "/deliveries/1", {"data": {"_method": "DELETE"}}, 405),
    "a method hidden in a header": (
        "jia",
        "POST",
        "/deliveries/1",
        {"headers": {"X-HTTP-Method-Override": "DELETE"}},
        405,
    ),
    "no token": ("fang", "POST", DECISION, {"data": {"verdict": "accept", "reason": ""}}, 403),
    "an empty token": ("fang", "POST", DECISION, {"data": {"token": "", "verdict": "accept", "reason": ""}}, 403),
    "a token that is no ASCII": ("fang", "POST", DECISION, {"data": {"token": "令牌", "verdict": "accept"}}, 403),
    "a token in the address": ("fang", "POST", f"{DECISION}?token=TOKEN", {"data": {"verdict": "accept"}}, 403),
    "a token twice": ("fang", "POST", DECISION, {"data": {"token": ["TOKEN", "TOKEN"], "verdict": "accept"}}, 403),
    "another's token": ("fang", "POST", DECISION, {"data": {"token": "JIAS", "verdict": "accept", "reason": ""}}, 403),
    "no token, to go out": ("jia", "POST", "/sign-out", {}, 403),
    "no token, to come in": ("nobody", "POST", "/sign-in", {"data": {"login": "fang", "password": PASSWORD}}, 403),
    "sent from another site": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "accept"}, "headers": {"Sec-Fetch-Site": "cross-site"}},
        403,
    ),
    "sent from a neighbouring site": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "accept"}, "headers": {"Sec-Fetch-Site": "same-site"}},
        403,
    ),
    "another origin": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "accept"}, "headers": {"Origin": "http://evil.example"}},
        403,
    ),
    "no origin that has a name": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "accept"}, "headers": {"Origin": "null"}},
        403,
    ),
    "JSON": ("fang", "POST", DECISION, {"json": {"token": "TOKEN", "verdict": "accept"}}, 403),
    "plain text": (
        "fang",
        "POST",
        DECISION,
        {"content": "token=TOKEN&verdict=accept", "headers": {"Content-Type": "text/plain"}},
        403,
    ),
    "a form without its boundary": (
        "jia",
        "POST",
        "/deliveries",
        {"content": b"--x\r\n", "headers": {"Content-Type": "multipart/form-data"}},
        400,
    ),
    "a form that is none": (
        "jia",
        "POST",
        "/deliveries",
        {"content": b"\x00" * 5000, "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        400,
    ),
    "a part without a name": (
        "jia",
        "POST",
        "/deliveries",
        {
            "content": b"--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--\r\n",
            "headers": {"Content-Type": "multipart/form-data; boundary=x"},
        },
        400,
    ),
    "a character set that there is not": (
        "jia",
        "POST",
        "/deliveries",
        {"content": b"--x--\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x; charset=\x01"}},
        403,
    ),
    "two files": ("jia", "POST", "/deliveries", {"data": {"token": "TOKEN", "form": "9"}, "files": 2}, 400),
    "a file where none is taken": ("fang", "POST", DECISION, {"data": {"token": "TOKEN"}, "files": 1}, 400),
    "a text in place of the file": (
        "jia",
        "POST",
        "/deliveries",
        {"data": {"token": "TOKEN", "form": "9", "file": GOOD}},
        400,
    ),
    "many fields": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", **{f"f{n}": "1" for n in range(FIELDS + 1)}}},
        400,
    ),
    "a decision twice in one form": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": ["send_back", "accept"], "reason": "改"}},
        400,
    ),
    "a decision that there is not": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "ACCEPT", "reason": "改"}},
        422,
    ),
    "a null byte in a reason": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "send_back", "reason": "改\x00"}},
        400,
    ),
    "a reason that turns the direction of reading": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "send_back", "reason": "改\u202e"}},
        400,
    ),
    "half a character": (
        "fang",
        "POST",
        DECISION,
        {
            "content": "token=TOKEN&verdict=send_back&reason=%ed%a0%80",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
        400,
    ),
    "a long reason": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "send_back", "reason": "改" * 501}},
        422,
    ),
    "a reason like a book": (
        "fang",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "send_back", "reason": "改" * 6000}},
        400,
    ),
    "a form like a library": ("fang", "POST", DECISION, {"data": {"token": "TOKEN", "reason": "x" * 600_000}}, 413),
    "a length that is none": ("fang", "POST", DECISION, {"content": b"x", "headers": {"Content-Length": "-1"}}, 413),
    "a length beyond all": (
        "jia",
        "POST",
        "/deliveries",
        {"content": b"x", "headers": {"Content-Length": "9" * 30}},
        413,
    ),
    "a decision by an enterprise": (
        "jia",
        "POST",
        DECISION,
        {"data": {"token": "TOKEN", "verdict": "accept", "reason": ""}},
        404,
    ),
    "an answer about another's doubt": (
        "jia",
        "POST",
        "/deliveries/2/answers",
        {"data": {"token": "TOKEN", "answer-1": "好"}},
        404,
    ),
    "an answer to a doubt of another delivery": (
        "jia",
        "POST",
        "/deliveries/1/answers",
        {"data": {"token": "TOKEN", "answer-999": "好"}},
        422,
    ),
    "an upload by staff": ("fang", "POST", "/deliveries", {"data": {"token": "TOKEN", "form": "9"}, "files": 1}, 404),
    "an alert that there is not": (
        "fang",
        "POST",
        "/alerts/77",
        {"data": {"token": "TOKEN", "kind": "assigned", "said": "张三"}},
        404,
    ),
    "a number of the form like a book": (
        "jia",
        "POST",
        "/deliveries",
        {"data": {"token": "TOKEN", "form": "9" * 65}, "files": 1},
        400,
    ),
    "a password of another's choosing": (
        "jia",
        "POST",
        "/password",
        {"data": {"token": "TOKEN", "login": "fang", "old": "falsch", "new": "1234567890", "again": "1234567890"}},
        422,
    ),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_an_attempt_is_turned_away_and_leaves_everything_as_it_was(made, people, name):
    who, method, path, sent, expected = ATTEMPTS[name]
    before, browser = counted(made), people[who]
    own = browser.token("/password") if who != "nobody" else ""
    words = {"TOKEN": own, "JIAS": people["jia"].token("/password")}

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put(one) for key, one in value.items()}
        if isinstance(value, list):
            return [put(one) for one in value]
        return re.sub("|".join(words), lambda m: words[m[0]], value) if isinstance(value, str) else value

    sent = put(sent)
    if "files" in sent:
        sent["files"] = [("file", ("甲.csv", GOOD, "text/csv"))] * sent["files"]
    answer = browser.request(method, put(path), **sent)
    assert answer.status_code == expected, answer.text
    assert counted(made) == before
    assert SCRIPT not in answer.text and "Traceback" not in answer.text
    assert "乙" not in answer.text or who == "fang"
    assert "location" not in answer.headers and "x-bad" not in answer.headers
    if answer.headers["content-type"].startswith("text/html") and expected >= 400:
        assert re.search("[\u4e00-\u9fff]", answer.text)


def test_at_least_sixty_attempts_are_made():
    assert len(ATTEMPTS) >= 60


def test_the_attempts_would_be_done_if_nothing_stood_against_them(tmp_path):
    """The same requests in the right way are done: it is the guards that turn them away."""
    found = stand(tmp_path)
    with browsers(found, "jia", "fang") as (jia, fang):
        assert jia.upload("flash_reports,JIA,2023-06,0\n").status_code == 303
        assert jia.give("/deliveries/1/answers", **{"answer-1": "检修"}).status_code == 303
        assert fang.give(DECISION, verdict="accept", reason="").status_code == 303


# --- who asks for which host ---------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:80", "127.0.0.1@evil"])
def test_another_host_is_not_answered(made, host):
    browser = Browser(application(made.desk))
    answer = browser.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400 and "报送台不用这个名称" in answer.text
    assert "default-src" in answer.headers["content-security-policy"]


def test_a_forwarded_host_is_not_believed(people):
    answer = people["nobody"].get("/", headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert answer.headers["location"] == "/sign-in"


def test_signing_in_leads_nowhere_else(made):
    browser = Browser(application(made.desk))
    fields = {"login": "jia", "password": PASSWORD, "token": browser.token("/sign-in"), "next": "//evil.example"}
    assert browser.post("/sign-in?next=//evil.example&url=//evil.example", data=fields).headers["location"] == "/"


# --- headers and cookies -------------------------------------------------------------------------


def test_every_page_says_what_a_browser_may_do_with_it(made, people):
    for who, path in (("nobody", "/sign-in"), ("jia", "/"), ("fang", "/queue"), ("jia", "/nothing"), ("jia", "/queue")):
        headers = people[who].get(path).headers
        policy = headers["content-security-policy"]
        for part in ("default-src 'self'", "script-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
            assert part in policy, (path, part)
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["cache-control"] == "no-store", path
        assert headers["referrer-policy"] == "same-origin" and headers["x-frame-options"] == "DENY"
        assert "server" not in headers and "x-powered-by" not in headers


def test_a_page_holds_no_script_and_no_style_of_its_own(people):
    for who, path in (("jia", "/"), ("jia", "/deliveries/1"), ("fang", "/queue"), ("fang", "/returns/1")):
        page = people[who].get(path).text
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|https?://", page), path


def test_the_cookie_is_for_this_desk_alone(made):
    for tls, name in ((False, "desk"), (True, "__Host-desk")):
        scheme = "https" if tls else "http"
        browser = Browser(application(made.desk, tls=tls), base_url=f"{scheme}://127.0.0.1")
        browser.headers["Origin"] = f"{scheme}://127.0.0.1"
        given = browser.enter("jia").headers.get_list("set-cookie")
        cookie = next(one for one in given if one.startswith(f"{name}="))
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie, cookie
        assert ("Secure" in cookie) == tls and "Domain" not in cookie
        assert ("strict-transport-security" in browser.get("/").headers) == tls


def test_the_store_holds_no_token_and_no_password(made, people):
    token = people["jia"].cookies["desk"]
    assert len(token) >= 43  # 256 bits
    for table in s.metadata.sorted_tables:
        with made.store.reading() as connection:
            for row in connection.execute(select(table)):
                assert token not in str(tuple(row)) and PASSWORD not in str(tuple(row)), table.name


# --- sessions ------------------------------------------------------------------------------------


def opens(found: Stand, token: str) -> bool:
    """Whether a cookie opens the desk."""
    browser = Browser(application(found.desk), cookies={"desk": token})
    return browser.get("/password").status_code == 200


def test_a_session_is_over_when_it_should_be(tmp_path):
    found = stand(tmp_path)

    def token(login: str = "jia") -> tuple[str, Browser]:
        with browsers(found, login) as (browser,):
            return browser.cookies["desk"], browser

    ends: dict[str, Callable[[Browser], Any]] = {
        "signed out": lambda browser: browser.give("/sign-out"),
        "idle for an hour": lambda browser: later(minutes=61),
        "twelve hours old, though busy": lambda browser: [later(minutes=50) and browser.get("/") for _ in range(15)],
        "the password was changed": lambda browser: browser.give(
            "/password", old=PASSWORD, new="另一个很长很长的密码", again="另一个很长很长的密码"
        ),
        "the account was closed": lambda browser: found.desk.accounts.close("jia", "test"),
    }

    def later(**by: float) -> bool:
        found.clock.now += timedelta(**by)
        return True

    for why, end in ends.items():
        found.desk.accounts.add("jia", "enterprise", "甲", "JIA", PASSWORD, "test")
        given, browser = token()
        assert opens(found, given), why
        end(browser)
        assert not opens(found, given), why


def test_a_token_that_was_not_given_opens_nothing(made, people):
    token = people["jia"].cookies["desk"]
    with made.store.reading() as connection:
        hashed = connection.scalars(select(s.sessions.c.token_sha256)).first()
    for wrong in (
        "x",
        token[:-1],
        token + "A",
        token.swapcase(),
        token * 20,
        hashed,
        "' OR 1=1",
        "令牌".encode().hex(),
    ):
        assert not opens(made, wrong), wrong


def test_a_token_that_somebody_else_put_there_is_not_taken_up(made):
    browser = Browser(application(made.desk), cookies={"desk": "A" * 43})
    fields = {"login": "jia", "password": PASSWORD, "token": browser.token("/sign-in")}
    browser.cookies.delete("desk")
    given = browser.post(
        "/sign-in", data=fields, headers={"Cookie": f"desk={'A' * 43}; desk-form={browser.cookies['desk-form']}"}
    )
    assert given.status_code == 303 and "A" * 43 not in given.headers["set-cookie"]
    assert not opens(made, "A" * 43)


def test_signing_in_anew_ends_the_session_before(made):
    with browsers(made, "jia") as (browser,):
        before = browser.cookies["desk"]
        fields = {"login": "jia", "password": PASSWORD, "token": browser.token("/password")}
        assert browser.post("/sign-in", data=fields).status_code == 303
        assert browser.cookies["desk"] != before and not opens(made, before)


# --- passwords -----------------------------------------------------------------------------------


def test_who_guesses_is_locked_out_and_nobody_else(tmp_path):
    found = stand(tmp_path)
    app = application(found.desk)
    guesser, elsewhere = Browser(app), Browser(app, client=("10.0.0.2", 5000))
    assert [guesser.enter("jia", f"falsch{n}").status_code for n in range(5)] == [401] * 5
    locked = guesser.enter("jia")
    assert locked.status_code == 429 and "登录失败次数太多" in locked.text
    assert elsewhere.enter("jia").status_code == 303
    assert guesser.enter("yi").status_code == 303


def test_who_guesses_from_many_places_is_locked_out_too(tmp_path):
    app = application(stand(tmp_path).desk)
    codes = [Browser(app, client=(f"10.0.1.{n}", 1)).enter("jia", "falsch").status_code for n in range(31)]
    assert codes == [401] * 30 + [429]


def test_an_unknown_login_is_told_what_a_wrong_password_is(tmp_path):
    found = stand(tmp_path)
    found.desk.accounts.close("yi", "test")
    told = {}
    for login in ("jia", "nobody", "yi", "JIA'--", "x" * 100, SCRIPT):
        answer = Browser(application(found.desk)).enter(login, "falsch")
        assert answer.status_code == 401 and "登录名或密码不对" in answer.text and SCRIPT not in answer.text, login
        told[login] = re.sub(r'value="[^"]*"', "", answer.text)
    assert len(set(told.values())) == 1


def test_an_unknown_login_takes_as_much_hashing_as_a_known_one(made, monkeypatch):
    """What takes the time is counted, since times on a busy machine tell nothing."""
    accounts, hashed = made.desk.accounts, []

    class Counting:
        def verify(self, hash_: str, password: str) -> bool:
            hashed.append(hash_.split("$")[1:4])
            return made_before.verify(hash_, password)

        def __getattr__(self, name: str) -> Any:
            return getattr(made_before, name)

    made_before = accounts.hasher
    monkeypatch.setattr(accounts, "hasher", Counting())
    for login in ("jia", "nobody", "'; --", ""):
        hashed.clear()
        assert accounts.verified(login, "falsch") is None
        assert len(hashed) == 1, login
        assert hashed[0] == ["argon2id", "v=19", "m=64,t=1,p=1"], login


def test_a_password_is_hashed_anew_when_hashing_becomes_harder(tmp_path):
    from argon2 import PasswordHasher

    found = stand(tmp_path)
    accounts = found.desk.accounts
    old = accounts.find("jia").password_hash
    accounts.hasher = PasswordHasher(time_cost=2, memory_cost=128, parallelism=1)
    assert accounts.verified("jia", PASSWORD).login == "jia"
    new = accounts.find("jia").password_hash
    assert new != old and "m=128,t=2" in new and accounts.verified("jia", PASSWORD)


def test_a_login_or_password_that_will_not_do_is_refused(made):
    for login, password, told in (
        ("规则", PASSWORD, "登录名要用小写字母开头"),
        ("a", PASSWORD, "登录名要用小写字母开头"),
        ("wang", "短", "密码要10到200个字符"),
        ("wang", "wang1234567", "不含登录名"),
        ("wang", "长" * 201, "密码要10到200个字符"),
    ):
        with pytest.raises(RefusedError, match=told):
            made.desk.accounts.add(login, "staff", "", "", password, "test")
    with pytest.raises(RefusedError, match="没有“wang”这个账号"):
        made.desk.accounts.close("wang", "test")


# --- files ---------------------------------------------------------------------------------------


def test_a_file_s_name_leads_nowhere_and_shows_nothing(tmp_path):
    seen: list[Path] = []

    def looked(path: Path, sender: str, day: str) -> Examination:
        seen.append(path)
        return examine(path, sender)

    found = stand(tmp_path, examine=looked)
    names = [
        "../../../etc/cron.d/x.csv",
        "..\\..\\windows\\x.csv",
        "/etc/passwd.csv",
        "C:\\x.csv",
        "a\x00b.csv",
        "a\r\nX-Bad: 1.csv",
        f"{SCRIPT}.csv",
        "\u202ecsv.exe.csv",
        '"; filename="evil.html.csv',
        "…/….csv",
        ".csv",
        "。" * 300 + ".csv",
        "=cmd|' /C calc'!A0.csv",
        "a%0d%0aSet-Cookie:x=1.csv",
    ]
    with browsers(found, "jia", "fang") as (jia, fang):
        for number, name in enumerate(names):
            form_number = f"{number}"
            answer = jia.upload(f"flash_reports,JIA,19{number + 10}-06,1\n", name, form_number)
            assert answer.status_code in (303, 422), (name, answer.text)
            if answer.status_code == 422:
                continue
            path = answer.headers["location"]
            for browser in (jia, fang):
                page, file = browser.get(path), browser.get(f"{path}/file")
                assert SCRIPT not in page.text and "\u202e" not in page.text, name
                disposition = file.headers["content-disposition"]
                assert disposition.startswith("attachment; filename=") and disposition.count('"') == 2, disposition
                assert not re.search(r"[\r\n/\\]", disposition) and "x-bad" not in file.headers, disposition
                assert file.headers["content-type"] == "application/octet-stream"
                assert file.headers["x-content-type-options"] == "nosniff"
    assert seen
    for path in seen:
        assert (
            path.parent.parent == Path(tempfile.gettempdir()) and not path.exists() and len(path.name.encode()) <= 255
        ), path


def test_a_name_that_is_safe_stays():
    for name in ("2023年6月快报（更正）.xlsx", "a.b.xls", "快报 第2版.et"):
        assert safe_name(name) == name
    assert safe_name("../") == "文件" and safe_name("") == "文件"


def test_what_is_no_table_is_not_taken(tmp_path):
    found = stand(tmp_path)
    with browsers(found, "jia") as (jia,):
        for name, content, told in (
            ("表.xlsx.exe", b"MZ", "请选择要报送的文件"),
            ("表.html", b"<script>", "请选择要报送的文件"),
            ("表.svg", b"<svg onload=alert(1)>", "请选择要报送的文件"),
            ("", b"x", "请选择要报送的文件"),
            (".htaccess", b"x", "请选择要报送的文件"),
            ("表.csv", b"", "文件是空的"),
        ):
            answer = jia.upload(content, name)
            assert answer.status_code in (400, 422), name
            assert told in answer.text or answer.status_code == 400, (name, answer.text)
    assert counted(found)["deliveries"] == 0


def zipped(**members: bytes) -> bytes:
    """A zip file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def test_what_is_meant_to_burst_ends_in_a_sentence(tmp_path):
    def read(path: Path, sender: str, day: str) -> Examination:
        read_file(path)
        return Examination((), ())

    inner = zipped(**{"xl__workbook.xml": bytes(10**6)})
    files = {
        "a zip bomb.xlsx": zipped(**{"xl__workbook.xml": bytes(400 * 2**20)}),
        "a zip in a zip.xlsx": zipped(**{"a.zip": zipped(**{"b.zip": inner})}),
        "many members.xlsx": zipped(**{f"x{n}": b"" for n in range(20_000)}),
        "a zip as an old workbook.xls": inner,
        "a name that climbs.xlsx": zipped(**{"..__..__etc__passwd": b"x"}),
        "entities.xlsx": zipped(**{"xl__workbook.xml": b'<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'}),
        "half a zip.xlsx": inner[: len(inner) // 2],
        "random.ods": bytes(range(256)) * 50,
        "random.et": bytes(range(255, -1, -1)) * 50,
        "no text.csv": bytes(range(256)) * 51,
    }
    found = stand(tmp_path, examine=read)
    with browsers(found, "jia") as (jia,):
        for number, (name, content) in enumerate(files.items()):
            answer = jia.upload(content, name, str(number))
            assert answer.status_code == 303, (name, answer.text)
            page = jia.get(answer.headers["location"]).text
            assert "没有从文件里读出" in page or "个错误，要改正后重新报送" in page, name
            assert "正在检查" not in page and "Traceback" not in page, name


def test_formulas_and_markup_in_cells_are_shown_as_text(tmp_path):
    cells = [
        "=HYPERLINK(1)",
        "@SUM(1)",
        SCRIPT,
        '"><img src=x onerror=alert(1)>',
        "{{7*7}}",
        "{% include 'x' %}",
        "${7*7}",
    ]
    found = stand(tmp_path)
    lines = "".join(f"flash_reports,JIA,19{n + 10}-06,{cell}\n" for n, cell in enumerate(cells))
    with browsers(found, "jia", "fang") as (jia, fang):
        path = jia.upload(lines).headers["location"]
        pages = [
            jia.get(path).text,
            fang.get(path).text,
            *(fang.get(f"/returns/{n + 1}").text for n in range(len(cells))),
        ]
        for page in pages:
            assert "<script" not in page and "<img" not in page and ">49<" not in page
        assert "{{7*7}}" in pages[0] and "=HYPERLINK(1)" in pages[0]


def test_markup_in_answers_and_reasons_is_shown_as_text(tmp_path):
    found = stand(tmp_path)
    found.desk.take(b"flash_reports,JIA,2023-06,0\n", "甲.csv", "JIA", "0")
    with browsers(found, "jia", "fang") as (jia, fang):
        assert jia.give("/deliveries/1/answers", **{"answer-1": SCRIPT}).status_code == 303
        assert fang.give(DECISION, verdict="send_back", reason=SCRIPT).status_code == 303
        for page in (
            jia.get("/deliveries/1"),
            jia.get("/returns/1"),
            fang.get("/returns/1"),
            fang.get("/queue?state=sent_back"),
        ):
            assert SCRIPT not in page.text and "&lt;script&gt;" in page.text


def test_a_form_that_is_too_large_is_not_taken(tmp_path, monkeypatch):
    small = [replace(way, most=2**20) if way.most > 2**20 else way for way in handing_in.WAYS]
    monkeypatch.setattr(handing_in, "WAYS", small)
    found = stand(tmp_path)
    with browsers(found, "jia") as (jia,):
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        answer = jia.post("/deliveries", content=iter([head, *[b"x" * 2**18] * 5]), headers=kind)
        assert answer.status_code == 413 and TOO_LARGE in answer.text and answer.headers["connection"] == "close"
        answer = jia.post("/deliveries", content=b"x", headers={**kind, "Content-Length": str(2**20 + 1)})
        assert answer.status_code == 413
    assert counted(found)["deliveries"] == 0


# --- how often -----------------------------------------------------------------------------------


def test_who_asks_too_often_is_asked_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(visits, "PAGES", (20, 60))
    found = stand(tmp_path)
    with browsers(found, "jia", "yi") as (jia, yi):
        codes = {jia.get("/desk.css").status_code for _ in range(30)}
        assert codes == {200, 429} and TOO_MANY in jia.get("/").text
        assert yi.get("/").status_code == 200


def test_who_uploads_too_often_is_asked_to_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(visits, "UPLOADS", (3, 600))
    found = stand(tmp_path)
    with browsers(found, "jia", "yi") as (jia, yi):
        token = jia.token("/password")
        codes = [
            jia.post("/deliveries", data={"token": token, "form": "1"}, files={"file": ("甲.csv", GOOD)}).status_code
            for _ in range(5)
        ]
        assert codes == [303] * 3 + [429] * 2
        assert yi.upload("flash_reports,YI,2023-06,1\n").status_code == 303
    assert counted(found)["deliveries"] == 2


# --- several at once -----------------------------------------------------------------------------


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do several things at the same time; return what each gave."""
    barrier, found = threading.Barrier(len(works)), [None] * len(works)

    def work(number: int) -> None:
        barrier.wait(LONGEST)
        found[number] = works[number]()

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive(), "没有做完"
    return found


def test_of_two_who_decide_at_the_same_time_exactly_one_counts(tmp_path):
    found = stand(tmp_path)
    for number in range(5):
        found.desk.take(f"flash_reports,JIA,2023-0{number + 1},5\n".encode(), "甲.csv", "JIA", str(number))
    for number in range(1, 6):
        path = f"/returns/{number}/decision"
        with browsers(found, "fang", "liu") as (fang, liu):
            tokens = fang.token("/password"), liu.token("/password")
            answers = at_once(
                lambda fang=fang, path=path, token=tokens[0]: fang.give(path, token, verdict="accept", reason=""),
                lambda liu=liu, path=path, token=tokens[1]: liu.give(path, token, verdict="send_back", reason="改"),
            )
        assert sorted(one.status_code for one in answers) == [303, 409]
        lost = next(one for one in answers if one.status_code == 409)
        assert "不能再作决定" in lost.text
    assert counted(found)["decisions"] == 5


def test_one_click_too_many_hands_in_once_and_another_file_is_another(tmp_path):
    found = stand(tmp_path)
    with browsers(found, "jia", "yi") as (jia, yi):
        same = [jia.upload(form="7").headers["location"] for _ in range(3)]
        assert same == ["/deliveries/1"] * 3
        assert jia.upload("flash_reports,JIA,2023-06,7\n", form="7").headers["location"] == "/deliveries/2"
        assert yi.upload(form="7").headers["location"] == "/deliveries/3"
    assert counted(found)["deliveries"] == 3


# --- what goes wrong inside ----------------------------------------------------------------------


def test_an_error_inside_is_told_by_a_number_that_stands_in_the_log(tmp_path, caplog):
    def broken(path: Path, sender: str, day: str) -> Examination:
        raise RuntimeError("geheimes Innenleben")  # not one of those that a file may be the reason for

    found = stand(tmp_path, examine=broken)
    with browsers(found, "jia") as (jia,):
        answer = jia.upload()
        told = re.search(r"程序出错，没有完成；请把编号([0-9a-f]{8})告诉管理员", answer.text)
        assert answer.status_code == 500 and told
        assert "geheimes" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    assert told[1] in caplog.text and "geheimes Innenleben" in caplog.text


def test_everything_that_somebody_does_is_written_down_with_what_was_refused(tmp_path):
    found = stand(tmp_path)
    with browsers(found, "jia", "fang") as (jia, fang):
        jia.upload("flash_reports,JIA,2023-06,0\n")
        jia.give("/deliveries/1/answers", **{"answer-1": "检修"})
        jia.get("/deliveries/1/file"), jia.get("/deliveries/1/marked"), jia.get("/returns/77"), jia.get("/queue")
        fang.get("/returns/1/effect")
        fang.give(DECISION, verdict="accept", reason="")
        fang.give(DECISION, verdict="accept", reason="")
        fang.give("/sign-out")
        fang.enter("fang")
        page = fang.get("/log").text
    with found.store.reading() as connection:
        rows = connection.execute(select(s.log).order_by(s.log.c.id)).all()
    said = [(row.who, row.action, row.of, row.outcome) for row in rows]
    for expected in (
        ("jia", "登录", "", "办成"),
        ("jia", "报送", "来件1", "办成"),
        ("jia", "说明疑点", "来件1", "说明了1处"),
        ("jia", "下载原文件", "来件1", "办成"),
        ("jia", "下载标注文件", "来件1", "办成"),
        ("jia", "GET /returns/{number:int}", "/returns/77", f"拒绝：{NOT_FOUND}"),
        ("jia", "GET /queue", "/queue", f"拒绝：{NOT_FOUND}"),
        ("fang", "看影响", "报送1", "办成"),
        ("fang", "采纳", "报送1", "办成"),
        ("fang", "退出", "", "办成"),
    ):
        assert expected in said, (expected, said)
    assert any(who == "fang" and "不能再作决定" in outcome for who, _, _, outcome in said)
    assert all(row.address == "10.0.0.1" and row.at for row in rows)
    assert "下载标注文件" in page


def test_what_is_told_to_whoever_is_turned_away(people):
    fang, jia = people["fang"], people["jia"]
    assert STALE_FORM in fang.post(DECISION, data={"verdict": "accept"}).text
    elsewhere = fang.post(DECISION, data=form(fang), headers={"Sec-Fetch-Site": "cross-site"})
    assert FROM_ELSEWHERE in elsewhere.text
    assert BAD_FORM in jia.post("/deliveries", data=form(jia, form="1")).text
    assert "登录已失效，请重新登录" in people["nobody"].post(DECISION).text
    assert NAMES.enterprises["YI"] not in jia.get("/returns/2").text
