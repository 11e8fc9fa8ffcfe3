"""The desk behind a real server: slow and endless senders, fifty at once, and how it looks in a browser."""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from desks import PASSWORD, Stand, stand
from playwright.sync_api import Browser, Page
from served import served
from sqlalchemy import insert

from stateassets.capture import schema as s
from stateassets.desk import guarding, serving

AXE = Axe()
LONGEST = 60  # seconds that a busy machine may take for what takes one


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    """A desk with something on each of its pages."""
    found = stand(tmp_path_factory.mktemp("desk"))
    desk = found.desk
    desk.take(b"flash_reports,JIA,2023-04,90\n", "2023年4月快报.csv", "JIA", "0")
    desk.decide(1, "accept", "fang", "")
    with found.store.writing() as connection:
        at = found.store.time()
        connection.execute(insert(s.postings).values(return_id=1, at=at))
        connection.execute(insert(s.looks).values(as_of="2023-07-20", at=at))
        event = {"rule": "debt", "enterprise_id": "JIA", "subject": "资产负债率", "level": 3, "sentence": "负债率为81%"}
        connection.execute(insert(s.alert_events).values(look_id=1, event="new", at=at, **event))
    desk.take(b"flash_reports,JIA,2023-04,95\n", "2023年4月快报（更正）.csv", "JIA", "1")
    desk.take("flash_reports,JIA,2023-06,abc\n坏行\n".encode(), "2023年6月快报.csv", "JIA", "2")
    desk.take(b"flash_reports,JIA,2023-06,0\nheadcount,JIA1,2023-06,0\n", "2023年6月快报（改）.csv", "JIA", "3")
    return found


@pytest.fixture(scope="module")
def port(made: Stand) -> Iterator[int]:
    """Where it is served."""
    with served(made) as found:
        yield found


# --- slow and endless ----------------------------------------------------------------------------


def closed_after(port: int, sent: bytes) -> bytes:
    """Send some bytes and no more; return what comes until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as connection:
        connection.sendall(sent)
        found = b""
        while more := connection.recv(65536):
            found += more
        return found


def test_who_dribbles_a_head_is_cut_off(port, monkeypatch):
    monkeypatch.setattr(serving, "HEADS", 0.3)
    for sent in (b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow:"):
        with contextlib.suppress(ConnectionResetError):
            assert closed_after(port, sent) == b""


def test_who_dribbles_a_second_head_is_cut_off_too(port, monkeypatch):
    monkeypatch.setattr(serving, "HEADS", 0.3)
    first = b"GET /desk.css HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with contextlib.suppress(ConnectionResetError):
        assert closed_after(port, first + b"GET / HTTP/1.1\r\nX-Slow:").startswith(b"HTTP/1.1 200")


def test_who_is_in_no_hurry_between_two_requests_is_not_taken_for_an_attacker(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    for _ in range(2):
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read()


def test_many_slow_ones_keep_nobody_out(port):
    slow = [socket.create_connection(("127.0.0.1", port), timeout=LONGEST) for _ in range(60)]
    for one in slow:
        one.sendall(b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\ntoken")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    connection.request("GET", "/sign-in")
    assert connection.getresponse().status == 200
    for one in slow:
        one.close()


def signed_in(port: int) -> tuple[str, str]:
    """Sign an enterprise in; return the cookie and the token of its forms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    cookie = (answer.headers["set-cookie"] or "").partition(";")[0]
    token = re.search(r'name="token" value="([^"]+)"', answer.read().decode())
    body = urlencode({"login": "jia", "password": PASSWORD, "token": token[1]})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/sign-in", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303
    session = next(one for one in answer.headers.get_all("set-cookie") if one.startswith("desk="))
    cookie = session.partition(";")[0]
    connection.request("GET", "/password", headers={"Cookie": cookie})
    token = re.search(r'name="token" value="([^"]+)"', connection.getresponse().read().decode())
    return cookie, token[1]


def test_a_body_that_comes_too_slowly_is_given_up(port, monkeypatch):
    monkeypatch.setattr(guarding.bounded, "__defaults__", (0.3, 5))
    cookie, _ = signed_in(port)
    head = f"POST /deliveries HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: 5000\r\n"
    head += "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
    told = closed_after(port, head.encode())
    assert told.startswith(b"HTTP/1.1 408") and "传送太慢或中断".encode() in told


def test_a_body_without_an_end_is_cut_off_while_it_comes(port):
    cookie, _ = signed_in(port)
    head = f"POST /password HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as connection:
        connection.sendall(head.encode())
        with contextlib.suppress(ConnectionError):
            while sent < 2**30:
                connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
    assert sent < 64 * 2**20


def test_two_requests_in_one_are_not_smuggled(port):
    sent = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /log HTTP/1.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as connection:
        connection.sendall(sent)
        connection.settimeout(2)
        found = b""
        with contextlib.suppress(TimeoutError):
            while more := connection.recv(65536):
                found += more
    assert "日志".encode() not in found and found.count(b"HTTP/1.1 200") == 0


# --- how it looks --------------------------------------------------------------------------------

PAGES = {
    "": ["/sign-in", "/nothing"],
    "jia": ["/", "/deliveries", "/deliveries/3", "/deliveries/4", "/returns/2", "/password"],
    "fang": [
        "/queue",
        "/returns/2",
        "/returns/5",
        "/returns/2/effect",
        "/obligations",
        "/deliveries",
        "/alerts",
        "/log",
    ],
}


@contextlib.contextmanager
def opened(browser: Browser, port: int, who: str, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """A page of somebody who is signed in; axe needs to run scripts, which the desk's own policy forbids."""
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True, locale="zh-CN")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{port}/sign-in")
    if who:
        page.fill("#login", who)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_url(lambda url: "sign-in" not in url)
    yield page
    context.close()


def barriers(page: Page) -> list[str]:
    """All that axe finds against a page."""
    page.evaluate(AXE.axe_script)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations'], preload: false})")
    return [f"{rule['id']}: {node['html'][:100]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.slow
@pytest.mark.parametrize("who", PAGES)
def test_no_page_has_a_barrier_in_light_or_dark_wide_or_narrow(browser, port, who):
    wrong = {}
    for width, scheme in ((1280, "light"), (390, "dark")):
        with opened(browser, port, who, width, scheme) as page:
            for path in PAGES[who]:
                page.goto(f"http://127.0.0.1:{port}{path}")
                found = barriers(page)
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append("wider than the screen")
                if page.evaluate("document.documentElement.lang") != "zh-CN":
                    found.append("not in Chinese")
                wrong |= {f"{path} {width} {scheme}": found} if found else {}
    assert wrong == {}


@pytest.mark.slow
def test_a_form_with_a_mistake_says_so_first_and_leads_to_the_field(browser, port):
    with opened(browser, port, "fang", 390) as page:
        page.goto(f"http://127.0.0.1:{port}/returns/2")
        page.check("input[value=send_back]")
        page.click("main form button")
        page.wait_for_selector("[role=alert]")
        assert barriers(page) == [] and page.title().startswith("有误")
        page.click("[role=alert] a")
        assert page.evaluate("document.activeElement.id || location.hash") in ("reason", "#reason")
        assert page.get_attribute("#reason", "aria-describedby") == "reason-wrong"


def tabbed_to(page: Page, name: str) -> None:
    """Press the tabulator until a field has the keyboard whose id begins so."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id").startswith(name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached on {page.url}: {page.inner_text('main')}")


@pytest.mark.slow
def test_everything_is_done_by_keyboard(browser, port, tmp_path):
    """Sign in, skip to the text, hand in a file and come to what was found, with no mouse."""
    (file := tmp_path / "五月快报.csv").write_text("flash_reports,JIA,2023-05,0\n", "utf-8")
    with opened(browser, port, "") as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "跳到正文"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
        page.keyboard.press("Enter")
        for text in ("jia", PASSWORD):
            page.keyboard.press("Tab")
            page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
        page.wait_for_selector("#file")
        tabbed_to(page, "file")
        style = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"{style}.outlineStyle") == "solid" and page.evaluate(f"{style}.outlineWidth") == "3px"
        page.set_input_files("#file", file)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=有1个疑点")
        tabbed_to(page, "answer-")
        page.keyboard.insert_text("停产检修")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=说明已保存")
