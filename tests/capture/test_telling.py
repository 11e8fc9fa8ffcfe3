"""Alerts after a posting: what became of each, told once to each, until it gets through."""

from __future__ import annotations

import json
import threading
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest
import sqlalchemy as sa
from data_copy import Data
from small_smtp import SmallSmtp
from stores import Clock, arrive, row_of

from stateassets.alerts.engine import find_alerts
from stateassets.alerts.rules import RULES
from stateassets.capture import schema
from stateassets.capture.arrivals import ReturnKey
from stateassets.capture.looking import about, look, standing
from stateassets.capture.posting import post
from stateassets.capture.settings import DEFAULTS
from stateassets.capture.store import Store
from stateassets.capture.telling import remind, senders, tell, write_down
from stateassets.opening import open_ledger

KEY = ReturnKey("flash_reports", "A1", "2023-12")
SETTINGS = DEFAULTS | {
    "responsible": {"flash": {"name": "王某", "mail": "wang@example.org"}},
    "tell": [{"mail": ["all@example.org", "wang@example.org"]}, {"mail": ["red@example.org"], "least": "red"}],
    "mail": {"host": "127.0.0.1", "sender": "platform@example.org"},
}


@pytest.fixture(scope="module")
def told_book(tmp_path_factory):
    """A whole book with a store in which the alerts were looked at once."""
    root = tmp_path_factory.mktemp("book")
    Data(root)
    store = Store.open(root, clock=Clock(2024, 1, 8))
    post(store, root)
    assert look(store, root) == [], "what was known before is not told"
    return store, root


def change(store, root, receipt, **cells):
    store.decide(arrive(store, [row_of(root, KEY) | cells], KEY, receipt), "accept", "王")
    done = post(store, root)
    assert not done.kept_back, done.kept_back[0][1]
    return look(store, root)


def test_an_alert_appears_and_is_cleared_with_the_row_that_is_its_reason(told_book):
    store, root = told_book
    row = row_of(root, KEY)
    high = f"{0.97 * float(row['total_assets']):.2f}"
    events = change(store, root, "high", total_liabilities=high)
    new = next(e for e in events if e.event == "new" and "资产负债率" in e.told)
    assert new.key[1] == "A1" and new.module == "flash"
    assert look(store, root) == [], "each change is found once"
    (cleared,) = [e for e in change(store, root, "low", total_liabilities=row["total_liabilities"]) if e.key == new.key]
    assert cleared.event == "cleared"


@pytest.mark.slow
def test_only_touched_enterprises_and_rules_are_looked_at_and_nothing_differs_from_looking_at_all(told_book):
    store, root = told_book
    row = row_of(root, KEY)
    change(store, root, "again", total_liabilities=f"{0.97 * float(row['total_assets']):.2f}")
    frames = open_ledger(root / "data").frames
    whole = {a.key: a.level for a in find_alerts(frames, pd.Timestamp(2023, 12, 31)) if a.open}
    with store.reading() as connection:
        assert {key: level for key, (level, _) in standing(connection).items()} == whole


def test_what_stood_at_the_first_look_has_somebody_responsible_and_is_told_to_nobody(told_book):
    store, _ = told_book
    write_down(store, SETTINGS)
    e, m, n = schema.alert_events.c, schema.messages.c, schema.alert_notes.c
    with store.reading() as connection:
        known = connection.execute(sa.select(schema.alert_events).where(e.event == "known")).all()
        assigned = connection.execute(sa.select(schema.alert_notes).where(n.kind == "assigned")).all()
        told = connection.scalars(sa.select(m.alert_event_id).where(m.alert_event_id.in_([one.id for one in known])))
        assert not list(told)
    flash = {about(one) for one in known if RULES[one.rule].module == "flash"}
    assert flash <= {about(one) for one in assigned} and {one.text for one in assigned} == {"王某"}
    assert flash and len(assigned) == len({(about(one), one.at) for one in assigned})


def test_each_is_told_once_and_again_only_where_the_other_side_was_down(told_book):
    store, root = told_book
    change(store, root, "told", total_liabilities=f"{0.97 * float(row_of(root, KEY)['total_assets']):.2f}")
    write_down(store, SETTINGS)
    with store.reading() as connection:
        rows = connection.execute(sa.select(schema.messages.c.alert_event_id, schema.messages.c.recipient)).all()
    assert rows and len(set(rows)) == len(rows) and write_down(store, SETTINGS) == 0
    down, got = True, []

    def send(message):
        if down:
            raise ConnectionRefusedError("down")
        got.append((message.number, message.recipient))

    assert tell(store, {"mail": send}) == (0, len(rows))
    assert tell(store, {"mail": send}) == (0, 0), "it waits before it tries again"
    down = False
    store.clock.now = store.clock.now.replace(hour=store.clock.now.hour + 1)
    assert tell(store, {"mail": send}) == (len(rows), 0)
    assert tell(store, {"mail": send}) == (0, 0) and len(set(got)) == len(rows)


def test_whoever_answers_for_an_alert_is_reminded_until_it_is_answered(told_book):
    store, root = told_book
    change(store, root, "third", total_liabilities=f"{0.98 * float(row_of(root, KEY)['total_assets']):.2f}")
    write_down(store, SETTINGS)
    assert remind(store, SETTINGS) == 0
    store.clock.on(2024, 2, 1)
    first = remind(store, SETTINGS)
    assert first > 0 and remind(store, SETTINGS) == 0, "not again on the same day"
    with store.reading() as connection:
        kinds = set(connection.scalars(sa.select(schema.alert_notes.c.kind)))
        recipients = set(
            connection.scalars(sa.select(schema.messages.c.recipient).where(schema.messages.c.occasion != ""))
        )
    assert kinds == {"assigned", "reminded"} and recipients == {"wang@example.org"}


def test_a_mail_and_a_webhook_say_what_happened_and_carry_a_number(told_book, monkeypatch):
    store, _ = told_book
    posts = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append((self.headers["Idempotency-Key"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.server_port}/")
    store.clock.on(2024, 3, 1)
    with SmallSmtp() as smtp:
        settings = SETTINGS | {
            "mail": {"host": "127.0.0.1", "port": smtp.port, "sender": "platform@example.org"},
            "webhook_env": "HOOK",
        }
        change(store, told_book[1], "fourth", cash="88.00", total_liabilities="1000.00")
        write_down(store, settings)
        sent, failed = tell(store, senders(settings, lambda number: f"企业{number}"))
    server.shutdown()
    assert failed == 0 and sent == len(smtp.messages) + len(posts) and posts
    number, body = posts[0]
    assert body["enterprise"] == "企业A1" and body["text"] and number.startswith("alert-")
    mail = message_from_bytes(smtp.messages[0], policy=default)
    assert mail["Message-ID"].startswith("<alert-") and "预警" in mail["Subject"]
    assert mail.get_content().strip().endswith("。")


def test_whoever_has_no_address_is_written_down_as_responsible_once(told_book):
    store, root = told_book
    write_down(store, SETTINGS)
    change(store, root, "fifth", total_liabilities=f"{0.99 * float(row_of(root, KEY)['total_assets']):.2f}")
    without = DEFAULTS | {"responsible": {"flash": {"name": "李某"}}}

    def notes():
        with store.reading() as connection:
            n = schema.alert_notes.c
            return connection.scalar(sa.select(sa.func.count()).where(n.kind == schema.ASSIGNED, n.text == "李某"))

    assert write_down(store, without) == 0
    first = notes()
    assert first > 0
    write_down(store, without)
    assert notes() == first
