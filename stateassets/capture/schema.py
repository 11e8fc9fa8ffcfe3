"""The store's tables. Every row is written once: the database refuses to change or remove one.

Times are texts in ISO 8601 at China Standard Time, so that they sort as they happened and a day is
their first ten characters. ``migrations/`` makes these tables in a database.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# What a finding is, what is decided about a return.
FAULT, DOUBT = "fault", "doubt"
BEYOND = "beyond"  # a fault that tells of others' rows, for the staff only
ACCEPT, SEND_BACK = "accept", "send_back"
# Ways in.
INBOX, DATABASE, DESK, BY_HAND = "inbox", "database", "desk", "by_hand"
# What is noted about an alert.
ASSIGNED, ANSWERED, REMINDED, SETTLED = "assigned", "answered", "reminded", "settled"
# Who signs in.
STAFF, ENTERPRISE = "staff", "enterprise"


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _to(name: str, table: str, *, nullable: bool = False, unique: bool = False) -> Column[int]:
    return Column(name, ForeignKey(f"{table}.id"), nullable=nullable, unique=unique, index=not unique)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _one_of(name: str, *values: str) -> tuple[Column[str], CheckConstraint]:
    quoted = ", ".join(f"'{value}'" for value in values)
    return Column(name, String(20), nullable=False), CheckConstraint(f"{name} in ({quoted})", name=f"known_{name}")


# Files as they came; the same bytes are kept once.
contents = Table(
    "contents",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", Integer, nullable=False),  # bytes before they were compressed
    Column("compressed", LargeBinary, nullable=False),
)

# An arrival. ``receipt`` names it on its channel, so that what is handed over twice arrives once.
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    Column("sha256", ForeignKey("contents.sha256"), nullable=False, index=True),
    _text("file_name"),
    *_one_of("channel", INBOX, DATABASE, DESK, BY_HAND),
    Column("receipt", String(200), nullable=False),
    _text("sender"),  # an enterprise_id; empty: the staff
    _text("received_at"),
    UniqueConstraint("channel", "receipt"),
)

# That a delivery was examined; one that was taken and not examined yet is examined by the next look.
examinations = Table("examinations", metadata, _id(), _to("delivery_id", "deliveries", unique=True), _text("at"))

# One table of one enterprise for one period, in one revision. ``rows`` is JSON: field -> text.
returns = Table(
    "returns",
    metadata,
    _id(),
    _to("delivery_id", "deliveries"),
    Column("table_name", String(60), nullable=False),
    Column("enterprise_id", String(60), nullable=False),
    Column("period", String(10), nullable=False),  # 2023-06, 2023Q2 or 2023
    Column("revision", Integer, nullable=False),
    _text("rows"),
    _text("arrived_at"),
    UniqueConstraint("table_name", "enterprise_id", "period", "revision"),
)

# What examining found; of a whole delivery where no return is named.
findings = Table(
    "findings",
    metadata,
    _id(),
    _to("delivery_id", "deliveries"),
    _to("return_id", "returns", nullable=True),
    *_one_of("kind", FAULT, DOUBT, BEYOND),
    _text("file"),
    _text("field"),  # the table's column; empty where it is about none
    _text("sheet", nullable=True),
    _text("cell", nullable=True),  # as in Excel, B7
    Column("row", Integer, nullable=True),
    _text("column", nullable=True),
    _text("found"),
    _text("expected"),
    _text("advice"),
)

# What was changed in reading a return's file: 元 made 万元, a name made a number.
reading_notes = Table("reading_notes", metadata, _id(), _to("return_id", "returns"), _text("text"))

# What the sender says of a doubt.
answers = Table("answers", metadata, _id(), _to("finding_id", "findings"), _text("text"), _text("by"), _text("at"))

# Nobody decides twice about one return.
decisions = Table(
    "decisions",
    metadata,
    _id(),
    _to("return_id", "returns"),
    *_one_of("verdict", ACCEPT, SEND_BACK),
    Column("by", String(60), nullable=False),
    _text("at"),
    _text("reason"),
    UniqueConstraint("return_id", "by"),
)

# An accepted return becomes rows of the ledger, once. What was changed in data/ by hand is one, too.
postings = Table("postings", metadata, _id(), _to("return_id", "returns", nullable=True, unique=True), _text("at"))
posted_rows = Table(
    "posted_rows",
    metadata,
    _id(),
    _to("posting_id", "postings"),
    Column("table_name", String(60), nullable=False),
    _text("key"),  # JSON: the texts of the table's key
    _text("before", nullable=True),  # JSON: field -> text; none where the row is new
    _text("after", nullable=True),  # … none where it is gone
    Index("posted_row", "table_name", "key"),
)

# Files of data/ as they are after the postings up to one of them.
projections = Table("projections", metadata, _id(), _to("posting_id", "postings", nullable=True), _text("at"))
projected_files = Table(
    "projected_files",
    metadata,
    _id(),
    _to("projection_id", "projections"),
    Column("path", String(200), nullable=False, index=True),
    Column("sha256", ForeignKey("contents.sha256"), nullable=True),  # none: the file is gone
    UniqueConstraint("projection_id", "path"),
)
# That they are in place.
placed = Table("placed", metadata, _id(), _to("projection_id", "projections", unique=True), _text("at"))

# How far a database was read.
watermarks = Table(
    "watermarks", metadata, _id(), _text("query"), _text("value"), _to("delivery_id", "deliveries"), _text("at")
)

# A look at the alerts, after postings or because a day has passed.
looks = Table("looks", metadata, _id(), _to("posting_id", "postings", nullable=True), _text("as_of"), _text("at"))
# What became of an alert by a look. What was there at the first look was known before, and is not told.
alert_events = Table(
    "alert_events",
    metadata,
    _id(),
    _to("look_id", "looks"),
    Column("rule", String(60), nullable=False),
    Column("enterprise_id", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    *_one_of("event", "known", "new", "raised", "lowered", "cleared"),
    Column("level", Integer, nullable=False),
    _text("sentence"),
    _text("at"),
    UniqueConstraint("look_id", "rule", "enterprise_id", "subject"),
)
messages = Table(
    "messages",
    metadata,
    _id(),
    _to("alert_event_id", "alert_events"),
    Column("route", String(20), nullable=False),  # mail, webhook
    Column("recipient", String(200), nullable=False),
    Column("occasion", String(20), nullable=False),  # empty at first, the day of a reminder later
    _text("at"),
    UniqueConstraint("alert_event_id", "route", "recipient", "occasion"),
)
attempts = Table(
    "attempts",
    metadata,
    _id(),
    _to("message_id", "messages"),
    Column("done", Integer, nullable=False),  # 1: the other side took it
    _text("said"),
    _text("at"),
)
# Who answers for an alert, what they say, when they were reminded, that it is settled.
alert_notes = Table(
    "alert_notes",
    metadata,
    _id(),
    Column("rule", String(60), nullable=False),
    Column("enterprise_id", String(60), nullable=False),
    Column("subject", String(200), nullable=False),
    *_one_of("kind", ASSIGNED, ANSWERED, REMINDED, SETTLED),
    _text("by"),
    _text("text"),
    _text("at"),
)

# That the book's chapters were built with the postings up to one of them.
builds = Table(
    "builds",
    metadata,
    _id(),
    _to("posting_id", "postings"),
    Column("done", Integer, nullable=False),
    _text("said"),
    _text("at"),
)

# Who may sign in; the newest row of a login counts.
accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("login", String(60), nullable=False, index=True),
    *_one_of("role", STAFF, ENTERPRISE),
    _text("name"),
    Column("enterprise_id", String(60), nullable=True),
    _text("password_hash"),  # argon2
    Column("closed", Integer, nullable=False, default=0),
    _text("by"),
    _text("at"),
)
sessions = Table(
    "sessions",
    metadata,
    _id(),
    _to("account_id", "accounts"),
    Column("token_sha256", String(64), nullable=False, unique=True),  # the token itself is only in the browser
    _text("csrf"),
    _text("at"),
    _text("until"),
)
session_ends = Table("session_ends", metadata, _id(), _to("session_id", "sessions", unique=True), _text("at"))

# Everything that a person does, and what is refused to one.
log = Table(
    "log", metadata, _id(), _text("at"), _text("who"), _text("action"), _text("of"), _text("outcome"), _text("address")
)
