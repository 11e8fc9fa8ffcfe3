"""Each way into the desk, tried by each role: nobody sees what is not theirs, and no way is left untried."""

from __future__ import annotations

import pytest
from desks import GOOD, Browser, Stand, browsers, stand

from stateassets.desk.application import application, ways
from stateassets.desk.visits import NOT_FOUND

# Way: what it answers nobody, an enterprise about its own, another enterprise, staff. 1 is 甲公司's number.
# 303 of nobody leads to where one signs in; 404 is the page that is not there.
TABLE = {
    "GET /sign-in": (200, 303, 303, 303),
    "POST /sign-in": (401, 401, 401, 401),
    "POST /sign-out": (401, 303, 303, 303),
    "GET /password": (303, 200, 200, 200),
    "POST /password": (401, 422, 422, 422),
    "GET /": (303, 200, 200, 303),
    "POST /deliveries": (401, 303, 303, 404),
    "GET /deliveries": (303, 200, 200, 200),
    "GET /deliveries/{number:int}": (303, 200, 404, 200),
    "GET /deliveries/{number:int}/file": (303, 200, 404, 200),
    "GET /deliveries/{number:int}/marked": (303, 200, 404, 200),
    "POST /deliveries/{number:int}/answers": (401, 303, 404, 404),
    "GET /queue": (303, 404, 404, 200),
    "GET /returns/{number:int}": (303, 200, 404, 200),
    "GET /returns/{number:int}/effect": (303, 404, 404, 200),
    "POST /returns/{number:int}/decision": (401, 404, 404, 303),
    "GET /obligations": (303, 404, 404, 200),
    "GET /alerts": (303, 404, 404, 200),
    "POST /alerts/{number:int}": (401, 404, 404, 404),
    "GET /log": (303, 404, 404, 200),
    "GET /desk.css": (200, 200, 200, 200),
}
ROLES = ("", "jia", "yi", "fang")
FORMS = {
    "POST /sign-in": {"login": "fang", "password": "wrong"},
    "POST /password": {"old": "wrong", "new": "1234567890", "again": "1234567890"},
    "POST /deliveries/{number:int}/answers": {"answer-1": "停产检修"},
    "POST /returns/{number:int}/decision": {"verdict": "send_back", "reason": "重报"},
    "POST /alerts/{number:int}": {"kind": "assigned", "said": "张三"},
}


def waiting(path) -> Stand:
    """A desk at which 甲公司 has handed in one return with a doubt."""
    made = stand(path)
    made.desk.take(b"flash_reports,JIA,2023-06,0\n", "甲.csv", "JIA", "0")
    return made


def tried(browser: Browser, way: str, number: int = 1):
    """Go a way as a browser would, with the right token."""
    method, _, path = way.partition(" ")
    path = path.replace("{number:int}", str(number))
    if method == "GET":
        return browser.get(path)
    if way == "POST /deliveries":
        token = browser.token("/password") if browser.cookies.get("desk") else ""
        return browser.post(path, data={"token": token, "form": "2"}, files={"file": ("乙.csv", GOOD)})
    start = "/password" if browser.cookies.get("desk") else "/sign-in"
    return browser.give(path, browser.token(start), **FORMS.get(way, {}))


def test_every_way_of_the_desk_is_in_the_table(tmp_path):
    made = stand(tmp_path)
    assert {way.name for way in ways()} == set(TABLE)
    assert {route.name for route in application(made.desk).routes} == set(TABLE)


@pytest.mark.parametrize("way", TABLE)
def test_each_role_gets_what_it_may_and_nothing_else(tmp_path, way):
    for role, expected in zip(ROLES, TABLE[way], strict=True):
        made = waiting(tmp_path / (role or "nobody"))
        with browsers(made, role) as (browser,):
            answer = tried(browser, way)
            assert answer.status_code == expected, (way, role, answer.text)
            if expected == 303 and not role:
                assert answer.headers["location"] == "/sign-in"
            if expected == 404:
                assert NOT_FOUND in answer.text and "甲" not in answer.text.replace("甲公司）", "")


def test_what_is_another_s_looks_exactly_like_what_is_not_there(tmp_path):
    with browsers(waiting(tmp_path), "yi") as (yi,):
        for way in TABLE:
            if "number" in way:
                other, nothing = tried(yi, way), tried(yi, way, 999_999)
                assert (other.status_code, other.text) == (nothing.status_code, nothing.text), way
                assert dict(other.headers) == dict(nothing.headers), way


def test_lists_of_one_enterprise_name_no_other(tmp_path):
    made = waiting(tmp_path)
    made.desk.take(b"flash_reports,YI,2023-06,7\n", "乙的文件.csv", "YI", "0")
    with browsers(made, "jia", "yi") as (jia, yi):
        for path in ("/", "/deliveries", "/deliveries?enterprise=YI", "/deliveries/1", "/returns/1"):
            page = jia.get(path).text
            assert "乙" not in page and "YI" not in page, path
        assert "乙的文件" in yi.get("/").text and "甲.csv" not in yi.get("/deliveries?enterprise=JIA").text


def test_rows_of_another_enterprise_are_not_taken_and_nothing_of_it_is_told(tmp_path):
    made = waiting(tmp_path)
    with browsers(made, "yi") as (yi,):
        page = yi.get(yi.upload("flash_reports,JIA,2023-06,999\nflash_reports,YI,2023-06,1\n").headers["location"]).text
    assert "有1份报送不是本企业和下级企业的" in page and "甲公司" not in page and "第2次" not in page
    assert [one.revision for one in made.store.returns(enterprise_id="JIA")] == [1]
    assert [one.state for one in made.store.returns(enterprise_id="YI")] == ["sent_back"]


def test_a_parent_hands_in_for_its_subsidiary_which_sees_the_return_and_not_the_file(tmp_path):
    made = stand(tmp_path)
    made.desk.accounts.add("jia1", "enterprise", "", "JIA1", "一个很长的密码，十几个字", "test")
    made.desk.take(b"flash_reports,JIA1,2023-06,5\nflash_reports,JIA,2023-06,6\n", "集团.csv", "JIA", "0")
    with browsers(made, "") as (browser,):
        browser.enter("jia1", "一个很长的密码，十几个字")
        assert browser.get("/returns/1").status_code == 200 and browser.get("/returns/2").status_code == 404
        assert browser.get("/deliveries/1/file").status_code == 404 and "集团.csv" not in browser.get("/returns/1").text
