"""Those who answer for alerts are told what became of them: once each, by mail and webhook, until it gets through.

What is to be told is written down before it is told. Should a program be stopped between telling and writing
that down, the same message goes out again under the same number (``Message-ID``, ``Idempotency-Key``), by which
the other side knows it.
"""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, func, select

from ..alerts.levels import COLUMNS
from . import schema as s
from .effect import AlertKey
from .looking import CLEARED, DAY, KNOWN, NEW, AlertEvent, about, columns, standing
from .store import RULE, Store, added

MAIL, WEBHOOK = "mail", "webhook"
SECONDS = 20  # that the other side may take
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
BY_NAME = {name: level for level, name in COLUMNS.items()}
Send = Callable[["Message"], None]


@dataclass(frozen=True)
class Message:
    """What is told to whom."""

    id: int
    route: str
    recipient: str
    event: AlertEvent
    reminder: bool

    @property
    def number(self) -> str:
        """By what the other side knows a message again."""
        return f"alert-{self.id}@stateassets"


def write_down(store: Store, settings: Mapping[str, Any]) -> int:
    """Write down who is to be told of the events that nobody has been told of; return how many messages that is."""
    with store.writing() as connection:
        done = select(s.messages.c.alert_event_id)
        e = s.alert_events.c
        # What stood at the first look is told to nobody, but has somebody who answers for it, too.
        query = select(s.alert_events).where(e.id.not_in(done)).order_by(e.id)
        count = 0
        n = s.alert_notes.c
        assigned = select(s.alert_notes).where(n.kind == s.ASSIGNED).order_by(n.id)
        since = {about(row): row.at for row in connection.execute(assigned)}
        for row in connection.execute(query).all():
            event = _event(row)
            person = settings["responsible"].get(event.module)
            # Of an event that nobody has an address to be told of there is no message: it comes up each time.
            if event.event in (NEW, KNOWN) and person and since.get(event.key, "") < row.at:
                note(connection, store, event.key, s.ASSIGNED, RULE, person["name"])
            if event.event == KNOWN:
                continue
            for route, recipient in _recipients(event, settings):
                _message(connection, store, event, route, recipient)
                count += 1
        return count


def remind(store: Store, settings: Mapping[str, Any]) -> int:
    """Write down reminders of open alerts that nobody has answered for some days; return how many."""
    e, n, today = s.alert_events.c, s.alert_notes.c, store.clock()
    before = (today - timedelta(days=settings["remind_days"])).isoformat()
    with store.writing() as connection:
        open_now = standing(connection)
        heard = select(s.alert_notes).where((n.at > before) | n.kind.in_((s.ANSWERED, s.SETTLED)))
        quiet = set(map(about, connection.execute(heard)))
        rows = connection.execute(select(s.alert_events).where(e.at <= before).order_by(e.id)).all()
        last = {event.key: event for event in map(_event, rows) if event.event not in (KNOWN, CLEARED)}
        count = 0
        for key, event in last.items():
            person = settings["responsible"].get(event.module, {})
            if key in open_now and key not in quiet and person.get("mail"):
                note(connection, store, event.key, s.REMINDED, RULE, person["name"])
                _message(connection, store, event, MAIL, person["mail"], store.time()[:DAY])
                count += 1
        return count


def tell(store: Store, senders: Mapping[str, Send]) -> tuple[int, int]:
    """Send what is due; return how many messages got through and how many did not.

    Where the other side is down, a message waits twice as long each time, at most some hours.
    """
    sent = failed = 0
    for message in list(_due(store)):
        try:
            senders[message.route](message)
            done, said = 1, ""
        except Exception as error:
            done, said = 0, f"{type(error).__name__}：{error}"[:300]
        with store.writing() as connection:
            added(connection, s.attempts, message_id=message.id, done=done, said=said, at=store.time())
        sent, failed = sent + done, failed + 1 - done
    return sent, failed


def _due(store: Store) -> Iterator[Message]:
    m, a = s.messages.c, s.attempts.c
    tried = (
        select(a.message_id, func.count().label("times"), func.max(a.done).label("done"), func.max(a.at).label("last"))
        .group_by(a.message_id)
        .subquery()
    )
    query = (
        select(s.messages, s.alert_events, tried.c.times, tried.c.done, tried.c.last)
        .join(s.alert_events, s.alert_events.c.id == m.alert_event_id)
        .outerjoin(tried, tried.c.message_id == m.id)
        .where((tried.c.done.is_(None)) | (tried.c.done == 0))
        .order_by(m.id)
    )
    with store.reading() as connection:
        rows = connection.execute(query).all()
    now = store.clock()
    for row in rows:
        wait = min(FIRST_WAIT * 2 ** ((row.times or 1) - 1), LONGEST_WAIT)
        if row.last is None or now - datetime.fromisoformat(row.last) >= wait:
            yield Message(row[0], row.route, row.recipient, _event(row, row.alert_event_id), bool(row.occasion))


def senders(settings: Mapping[str, Any], name_of: Callable[[str], str]) -> dict[str, Send]:
    """Return what sends a message on each way; ``name_of`` says an enterprise's name."""
    return {
        MAIL: lambda message: _mail(settings["mail"], message, name_of),
        WEBHOOK: lambda message: _webhook(os.environ.get(settings["webhook_env"], ""), message, name_of),
    }


def _mail(settings: Mapping[str, Any], message: Message, name_of: Callable[[str], str]) -> None:
    mail = EmailMessage()
    mail["Subject"] = _subject(message, name_of)
    mail["From"], mail["To"] = settings["sender"], message.recipient
    mail["Message-ID"] = f"<{message.number}>"
    mail.set_content(f"{name_of(message.event.key[1])}：{message.event.told}。\n")
    with smtplib.SMTP(settings["host"], settings.get("port", 25), timeout=SECONDS) as server:
        if settings.get("starttls", False):
            server.starttls(context=ssl.create_default_context())
        if user := os.environ.get(settings.get("user_env", ""), ""):
            server.login(user, os.environ.get(settings.get("password_env", ""), ""))
        server.send_message(mail)


def _webhook(url: str, message: Message, name_of: Callable[[str], str]) -> None:
    if not url.startswith(("https://", "http://")):
        raise ValueError("没有webhook的地址")
    body = {
        "event": message.event.event,
        "level": COLUMNS[message.event.level],
        **columns(message.event.key),
        "enterprise": name_of(message.event.key[1]),
        "text": message.event.told,
        "reminder": message.reminder,
    }
    headers = {"Content-Type": "application/json", "Idempotency-Key": message.number}
    request = urllib.request.Request(url, json.dumps(body, ensure_ascii=False).encode(), headers)
    with urllib.request.urlopen(request, timeout=SECONDS):
        pass


def _subject(message: Message, name_of: Callable[[str], str]) -> str:
    kind = "预警提醒" if message.reminder else "预警"
    return " ".join(f"{kind}：{name_of(message.event.key[1])}{message.event.told}".split())[:120]


def _recipients(event: AlertEvent, settings: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return the ways and the people for an event, each once, in order."""
    found: dict[tuple[str, str], None] = {}
    person = settings["responsible"].get(event.module, {})
    if person.get("mail") and settings["mail"]:
        found[MAIL, person["mail"]] = None
    for line in settings["tell"]:
        enough = event.level >= BY_NAME[line.get("least", "blue")]
        if enough and event.module in line.get("modules", [event.module]) and settings["mail"]:
            found |= {(MAIL, address): None for address in line["mail"]}
    if settings["webhook_env"]:
        found[WEBHOOK, settings["webhook_env"]] = None
    return list(found)


def note(connection: Connection, store: Store, key: AlertKey, kind: str, by: str, text: str) -> None:
    """Write something down about an alert."""
    added(connection, s.alert_notes, **columns(key), kind=kind, by=by, text=text, at=store.time(connection))


def _message(connection: Connection, store: Store, event: AlertEvent, route: str, to: str, occasion: str = "") -> None:
    """Write down that somebody is to be told."""
    values = {"route": route, "recipient": to, "occasion": occasion, "at": store.time(connection)}
    added(connection, s.messages, alert_event_id=event.id, **values)


def _event(row: Any, number: int = 0) -> AlertEvent:
    return AlertEvent(number or row.id, about(row), row.event, row.level, row.sentence)
