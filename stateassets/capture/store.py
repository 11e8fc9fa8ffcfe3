"""The store: what arrived, what was found, who decided what, and what became of it.

SQLite in a file beside ``data/``, or PostgreSQL where ``STATEASSETS_STORE`` holds its address. Rows are
only ever added. Each method is one transaction: killed anywhere, it is done or it is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Table, case, create_engine, event, func, insert, or_, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from ..tables.data_errors import DataError, Fault
from . import schema as s
from .arrivals import Examination, Finding, ReturnKey, ReturnRows

ADDRESS = "STATEASSETS_STORE"  # holds a password, so it comes from the environment
FILE = "returns.sqlite"
CHINA = timezone(timedelta(hours=8))
RULE = "规则"  # who decides where a rule does
CLEAN = "没有错误和疑点，按规则采纳"
POSTING, OVERTAKEN = "入账", "后来的一份已经入账"  # who sends back what is no longer to be posted, and why
LOCK = 20230631  # any number of one's own: writers in PostgreSQL take turns by it
SECONDS = 60  # that a writer waits for another

# What a return can be.
WAITING, ACCEPTED, SENT_BACK, POSTED = "waiting", "accepted", "sent_back", "posted"
STATES = {WAITING: "待审", ACCEPTED: "已采纳，待入账", SENT_BACK: "已退回", POSTED: "已入账"}


@dataclass(frozen=True)
class Delivery:
    """A file that arrived. ``first`` is false where its receipt had been handed over before."""

    id: int
    sha256: str
    file_name: str
    channel: str
    receipt: str
    sender: str
    received_at: str
    first: bool = True


@dataclass(frozen=True)
class Watermark:
    """How far a query was read: a value in JSON."""

    query: str
    value: str


@dataclass(frozen=True)
class Return:
    """A return with what has become of it; ``rows`` only where one return is asked for."""

    id: int
    key: ReturnKey
    revision: int
    delivery_id: int
    file_name: str
    sender: str
    channel: str
    arrived_at: str
    state: str
    faults: int
    doubts: int
    decided_at: str
    decided_by: str
    reason: str
    rows: tuple[Mapping[str, str], ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody has yet to decide."""
        return self.state == WAITING


@dataclass(frozen=True)
class StoredFinding:
    """A finding with the sentence that answers it, if one does."""

    id: int
    return_id: int | None
    kind: str
    fault: Fault
    field: str
    sheet: str
    cell: str
    answer: str

    @property
    def finding(self) -> Finding:
        """It as examining found it."""
        return Finding(self.kind, None, self.fault, self.field, self.sheet, self.cell)


class OutdatedError(Exception):
    """What was concluded is of tables in which something was posted since."""


class RefusedError(Exception):
    """What was asked for cannot be; the message says why, in Chinese."""


def now() -> datetime:
    """Return the time in China."""
    return datetime.now(CHINA)


class Store:
    """A store that is open. ``acceptors`` people must accept a return; ``clock`` tells the time."""

    def __init__(self, engine: Engine, acceptors: int = 1, clock: Callable[[], datetime] = now) -> None:
        self.engine, self.acceptors, self.clock = engine, acceptors, clock

    @classmethod
    def open(cls, root: Path, address: str = "", acceptors: int = 1, clock: Callable[[], datetime] = now) -> Store:
        """Open the store of a book, making its tables or bringing them up to date.

        Raises:
            DataError: the database does not answer, or cannot be written. No message holds a password.
        """
        address = address or os.environ.get(ADDRESS, "") or f"sqlite:///{root / FILE}"
        try:
            engine = _engine(address)
            with engine.begin() as connection:
                _alone(connection)
                _migrate(connection)
        except (SQLAlchemyError, ImportError, ValueError) as error:
            raise DataError([_unreachable(address, error)]) from None
        return cls(engine, acceptors, clock)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, with no other writer beside it."""
        with self.engine.begin() as connection:
            _alone(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One look at the store as it is at one moment."""
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def time(self, connection: Connection | None = None) -> str:
        """Return the time as the store writes it; inside a transaction never earlier than what it last wrote, should a
        clock go back."""
        told = self.clock().astimezone(CHINA).isoformat(timespec="microseconds")
        if connection is None:
            return told
        last = [(s.returns, s.returns.c.arrived_at), (s.decisions, s.decisions.c.at), (s.postings, s.postings.c.at)]
        newest = (select(at).order_by(table.c.id.desc()).limit(1).scalar_subquery() for table, at in last)
        return max(told, *(at or "" for at in connection.execute(select(*newest)).one()))

    # --- what arrives

    def deliver(
        self,
        content: bytes,
        file_name: str,
        channel: str,
        sender: str,
        receipt: str,
        watermark: Watermark | None = None,
    ) -> Delivery:
        """Take a file in. One with a receipt that is known is the same delivery, and is not taken twice."""
        with self.writing() as connection:
            if known := self._delivery(
                connection, s.deliveries.c.channel == channel, s.deliveries.c.receipt == receipt
            ):
                return known
            values: dict[str, Any] = {
                "sha256": keep(connection, content),
                "file_name": file_name,
                "channel": channel,
                "receipt": receipt,
                "sender": sender,
                "received_at": self.time(),
            }
            made = added(connection, s.deliveries, **values)
            if watermark:
                added(connection, s.watermarks, delivery_id=made, at=values["received_at"], **asdict(watermark))
            return Delivery(made, **values)

    def delivery(self, delivery_id: int) -> Delivery | None:
        """Return a delivery by its number."""
        with self.reading() as connection:
            return self._delivery(connection, s.deliveries.c.id == delivery_id)

    def content(self, sha256: str) -> bytes:
        """Return the bytes of a file as it came."""
        with self.reading() as connection:
            return kept(connection, sha256)

    def same_before(self, delivery: Delivery) -> Delivery | None:
        """Return the first delivery of the same bytes by the same sender before this one."""
        d = s.deliveries.c
        with self.reading() as connection:
            return self._delivery(
                connection, d.sha256 == delivery.sha256, d.sender == delivery.sender, d.id < delivery.id
            )

    def stands(self, delivery: Delivery) -> bool:
        """Return whether a return of the same bytes by the same sender waits for a decision or was accepted."""
        d, r = s.deliveries.c, s.returns.c
        same = select(d.id).where(d.sha256 == delivery.sha256, d.sender == delivery.sender)
        with self.reading() as connection:
            return any(one.state != SENT_BACK for one in self.found(connection, r.delivery_id.in_(same)))

    def unexamined(self) -> list[Delivery]:
        """Return the deliveries that were taken and not examined: a program was stopped in between."""
        done = select(s.examinations.c.delivery_id)
        query = select(s.deliveries).where(s.deliveries.c.id.not_in(done)).order_by(s.deliveries.c.id)
        with self.reading() as connection:
            return [Delivery(**row._mapping) for row in connection.execute(query)]

    def examined(self, delivery_id: int) -> bool:
        """Return whether a delivery was examined."""
        with self.reading() as connection:
            return self._examined(connection, delivery_id)

    @staticmethod
    def _examined(connection: Connection, delivery_id: int) -> bool:
        known = select(s.examinations.c.id).where(s.examinations.c.delivery_id == delivery_id)
        return connection.scalar(known) is not None

    def record(
        self,
        delivery_id: int,
        found: Examination,
        earlier: Mapping[ReturnKey, int] | None = None,
        accept_clean: bool = False,
        since: int | None = None,
    ) -> list[int]:
        """Write down what a delivery holds and what was found; return its returns' numbers.

        ``earlier`` says which revision of a return the book had before there was a store. What has a fault is
        sent back at once, by rule; what has neither fault nor doubt is accepted so with ``accept_clean``. A
        delivery is examined once: the second time nothing is written.

        Raises:
            OutdatedError: nothing is written, for a rule would decide, and rows of the same enterprises were posted
                after the posting ``since``, the newest one when the delivery was held against them.
        """
        with self.writing() as connection:
            if self._examined(connection, delivery_id):
                ids = select(s.returns.c.id).where(s.returns.c.delivery_id == delivery_id).order_by(s.returns.c.id)
                return list(connection.scalars(ids))
            if accept_clean and since is not None and self._posted_since(connection, since, found):
                raise OutdatedError
            at = self.time(connection)
            connection.execute(insert(s.examinations).values(delivery_id=delivery_id, at=at))
            made = {
                one.key: self._arrive(connection, delivery_id, one, (earlier or {}).get(one.key, 0), at)
                for one in found.returns
            }
            every = [*found.findings, *(replace(one, kind=s.BEYOND) for one in found.beyond)]
            if every:
                told = [_finding(delivery_id, made.get(one.key) if one.key else None, one) for one in every]
                connection.execute(insert(s.findings), told)
            if noted := [{"return_id": made[key], "text": str(one)} for key, one in found.changed if key in made]:
                connection.execute(insert(s.reading_notes), noted)
            whole = any(f.kind == s.FAULT and f.key not in made for f in found.findings)
            wrong = {made[f.key] for f in found.findings if f.kind == s.FAULT and f.key in made}
            doubtful = {made[f.key] for f in found.findings if f.kind == s.DOUBT and f.key in made}
            for number in made.values():
                if number in wrong or whole:
                    reason = "有错误：见问题清单" if number in wrong else "同一文件里有错误：见问题清单"
                    self._decided(connection, number, s.SEND_BACK, RULE, reason, at)
                elif accept_clean and number not in doubtful:
                    self._decided(connection, number, s.ACCEPT, RULE, CLEAN, at)
            return list(made.values())

    def newest_posting(self) -> int:
        """Return the number of the newest posting, 0 before the first."""
        with self.reading() as connection:
            return connection.scalar(select(func.max(s.postings.c.id))) or 0

    @staticmethod
    def _posted_since(connection: Connection, since: int, found: Examination) -> bool:
        """Tell whether rows of the enterprises of a delivery were posted, or any changed by hand, after a posting."""
        p, r = s.postings.c, s.returns.c
        theirs = p.return_id.is_(None) | r.enterprise_id.in_({one.enterprise_id for one in found.returns})
        query = select(p.id).outerjoin(s.returns, r.id == p.return_id).where(p.id > since, theirs).limit(1)
        return connection.scalar(query) is not None

    def _arrive(self, connection: Connection, delivery_id: int, one: ReturnRows, earlier: int, at: str) -> int:
        key = one.key
        last = connection.scalar(select(func.max(s.returns.c.revision)).where(*_same(key)))
        values = {
            "delivery_id": delivery_id,
            "table_name": key.table,
            "enterprise_id": key.enterprise_id,
            "period": key.period,
            "revision": (last or earlier) + 1,
            "rows": as_text(list(map(dict, one.rows))),
            "arrived_at": at,
        }
        return added(connection, s.returns, **values)

    @staticmethod
    def _delivery(connection: Connection, *conditions: Any) -> Delivery | None:
        row = connection.execute(select(s.deliveries).where(*conditions).order_by(s.deliveries.c.id).limit(1)).first()
        return Delivery(**row._mapping, first=False) if row else None

    # --- returns and what is decided about them

    def returns(
        self,
        state: str = "",
        enterprise_id: str = "",
        table: str = "",
        period: str = "",
        delivery_id: int = 0,
        since: int = 0,
    ) -> list[Return]:
        """Return what arrived, oldest first, without rows; ``since``: only those numbered above."""
        r = s.returns.c
        asked = [(r.enterprise_id, enterprise_id), (r.table_name, table), (r.period, period)]
        conditions = [column == value for column, value in asked if value]
        if delivery_id:
            conditions.append(r.delivery_id == delivery_id)
        if state:
            conditions.append(self.is_(state))
        with self.reading() as connection:
            return list(self.found(connection, r.id > since, *conditions))

    def is_(self, state: str) -> Any:
        """Return the condition that a return is in a state."""
        return state_of(self.acceptors) == state

    def return_(self, return_id: int) -> Return | None:
        """Return one return with its rows."""
        with self.reading() as connection:
            return next(self.found(connection, s.returns.c.id == return_id, rows=True), None)

    def predecessor(self, one: Return, connection: Connection | None = None) -> Return | None:
        """Return the newest posted revision before a return, with its rows."""
        r = s.returns.c
        posted = select(s.postings.c.id).where(s.postings.c.return_id == r.id).exists()
        newest = select(r.id).where(*_same(one.key), r.revision < one.revision, posted).order_by(r.revision.desc())
        with nullcontext(connection) if connection else self.reading() as here:
            number = here.scalar(newest.limit(1))
            return None if number is None else next(self.found(here, r.id == number, rows=True))

    def to_post(self, connection: Connection) -> list[Return]:
        """Return the returns that are accepted and not posted, without rows, oldest first."""
        r = s.returns.c
        decided = select(s.decisions.c.return_id).where(s.decisions.c.verdict == s.ACCEPT)
        done = select(s.postings.c.return_id).where(s.postings.c.return_id.is_not(None))
        return list(self.found(connection, r.id.in_(decided), r.id.not_in(done), self.is_(ACCEPTED)))

    def rows_of(self, connection: Connection, return_id: int) -> tuple[Mapping[str, str], ...]:
        """Return the rows of a return, inside a transaction."""
        return tuple(json.loads(connection.scalar(select(s.returns.c.rows).where(s.returns.c.id == return_id)) or "[]"))

    def send_back_overtaken(self, connection: Connection) -> list[Return]:
        """Send back what is accepted and would be posted over a later revision; return it."""
        found = []
        for one in self.to_post(connection):
            later = select(s.returns.c.id).where(*_same(one.key), s.returns.c.revision > one.revision)
            posted = select(s.postings.c.id).where(s.postings.c.return_id.in_(later)).limit(1)
            if connection.scalar(posted) is not None:
                self._decided(connection, one.id, s.SEND_BACK, POSTING, OVERTAKEN, self.time(connection))
                found.append(one)
        return found

    def findings(self, *, return_id: int = 0, delivery_id: int = 0, staff: bool = False) -> list[StoredFinding]:
        """Return what was found in a return, or in a delivery as a whole and all its returns.

        What tells of other enterprises' rows is for the ``staff`` only.
        """
        f, a = s.findings.c, s.answers.c
        asked = f.return_id == return_id if return_id else f.delivery_id == delivery_id
        asked = asked if staff else asked & (f.kind != s.BEYOND)
        with self.reading() as connection:
            rows = connection.execute(select(s.findings).where(asked).order_by(f.id)).all()
            query = select(a.finding_id, a.text).where(a.finding_id.in_([row.id for row in rows])).order_by(a.id)
            answers = dict(connection.execute(query).all())
        return [
            StoredFinding(
                row.id,
                row.return_id,
                row.kind,
                Fault(row.file, row.row, row.column, row.found, row.expected, row.advice),
                row.field,
                row.sheet or "",
                row.cell or "",
                answers.get(row.id, ""),
            )
            for row in rows
        ]

    def reading_notes(self, return_id: int) -> list[str]:
        """Return what was changed in reading a return's file, in sentences."""
        n = s.reading_notes.c
        with self.reading() as connection:
            return list(connection.scalars(select(n.text).where(n.return_id == return_id).order_by(n.id)))

    def answer(self, finding_id: int, said: str, by: str) -> None:
        """Keep the sentence in which a sender answers a doubt; the newest one counts.

        Raises:
            RefusedError: it is no doubt, or the sentence is empty.
        """
        if not said.strip():
            raise RefusedError("说明是空的，请写一句话")
        with self.writing() as connection:
            kind = connection.scalar(select(s.findings.c.kind).where(s.findings.c.id == finding_id))
            if kind != s.DOUBT:
                raise RefusedError("只有疑点可以说明；错误要改正后重新报送")
            connection.execute(
                insert(s.answers).values(finding_id=finding_id, text=said.strip(), by=by, at=self.time())
            )

    def decide(self, return_id: int, verdict: str, by: str, reason: str = "", beside: int | None = None) -> Return:
        """Accept a return or send it back.

        ``beside`` is the posted return beside which it was looked at, 0 if there was none, None if nobody looked.

        Raises:
            RefusedError: it was decided, has faults, is older than one that is posted, the same
                person accepted it before, another was posted since it was looked at, or it is sent back without a
                reason.
        """
        with self.writing() as connection:
            one = next(self.found(connection, s.returns.c.id == return_id), None)
            if one is None:
                raise RefusedError("没有这份报送")
            if not one.open:
                raise RefusedError(f"这份报送{STATES[one.state]}，不能再作决定")
            if verdict == s.SEND_BACK and not reason.strip():
                raise RefusedError("退回要写明原因")
            if verdict == s.ACCEPT and one.faults:
                raise RefusedError(f"有{one.faults}个错误，改正以前不能采纳")
            if verdict == s.ACCEPT and any(
                later.revision > one.revision and later.state in (ACCEPTED, POSTED)
                for later in self.found(connection, *_same(one.key))
            ):
                raise RefusedError("后来的一份已经采纳，这一份不能再采纳")
            if verdict == s.ACCEPT and beside is not None:
                before = self.predecessor(one, connection)
                if beside != (before.id if before else 0):
                    raise RefusedError("看过以后，同一期又有一份入账，请对照它再看一遍")
            try:
                self._decided(connection, return_id, verdict, by, reason.strip(), self.time(connection))
            except IntegrityError:
                raise RefusedError("同一个人不能采纳两次，要由另一个人复核") from None
            return next(self.found(connection, s.returns.c.id == return_id))

    @staticmethod
    def _decided(connection: Connection, return_id: int, verdict: str, by: str, reason: str, at: str) -> None:
        connection.execute(
            insert(s.decisions).values(return_id=return_id, verdict=verdict, by=by, reason=reason, at=at)
        )

    def found(self, connection: Connection, *conditions: Any, rows: bool = False) -> Iterator[Return]:
        """Yield the returns of which some conditions hold, inside a transaction, in the order of their arrival, with what
        follows from decisions and postings."""
        r, d, f = s.returns.c, s.deliveries.c, s.findings.c
        columns = [c for c in s.returns.columns if rows or c.name != "rows"]
        query = (
            select(*columns, d.file_name, d.sender, d.channel, state_of(self.acceptors).label("state"))
            .join(s.deliveries, d.id == r.delivery_id)
            .where(*conditions)
            .order_by(r.id)
        )
        here = select(r.id).where(*conditions)
        decided: dict[int, list[Any]] = {}
        for row in connection.execute(
            select(s.decisions).where(s.decisions.c.return_id.in_(here)).order_by(s.decisions.c.id)
        ):
            decided.setdefault(row.return_id, []).append(row)
        counted = select(f.return_id, f.kind, func.count()).where(f.return_id.in_(here)).group_by(f.return_id, f.kind)
        counts = {(number, kind): count for number, kind, count in connection.execute(counted)}
        for row in connection.execute(query):
            said = decided.get(row.id, [])
            last = said[-1] if said and row.state != WAITING else None
            yield Return(
                row.id,
                ReturnKey(row.table_name, row.enterprise_id, row.period),
                row.revision,
                row.delivery_id,
                row.file_name,
                row.sender,
                row.channel,
                row.arrived_at,
                row.state,
                counts.get((row.id, s.FAULT), 0),
                counts.get((row.id, s.DOUBT), 0),
                last.at if last else "",
                "、".join(one.by for one in said),
                last.reason if last else "",
                tuple(json.loads(row.rows)) if rows else (),
            )

    # --- who did what

    def note(self, who: str, action: str, of: str, outcome: str, address: str = "") -> None:
        """Write down what a person did, or what was refused to one."""
        with self.writing() as connection:
            connection.execute(
                insert(s.log).values(at=self.time(), who=who, action=action, of=of, outcome=outcome, address=address)
            )


def state_of(acceptors: int) -> Any:
    """Say in SQL what has become of a return: whoever sends one back decides, else so many who accept, or a rule."""
    r, d, p = s.returns.c, s.decisions.c, s.postings.c
    mine = select(func.count(d.id)).where(d.return_id == r.id).correlate(s.returns)
    posted = select(func.count(p.id)).where(p.return_id == r.id).correlate(s.returns).scalar_subquery()
    back = mine.where(d.verdict == s.SEND_BACK).scalar_subquery()
    enough = or_(mine.scalar_subquery() >= acceptors, mine.where(d.by == RULE).scalar_subquery() > 0)
    return case((posted > 0, POSTED), (back > 0, SENT_BACK), (enough, ACCEPTED), else_=WAITING)


def added(connection: Connection, table: Table, **values: Any) -> int:
    """Add a row; return its number."""
    made = connection.execute(insert(table).values(values)).inserted_primary_key
    assert made is not None
    return int(made[0])


def keep(connection: Connection, content: bytes) -> str:
    """Keep a file's bytes, once; return their SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    if connection.scalar(select(s.contents.c.sha256).where(s.contents.c.sha256 == digest)) is None:
        connection.execute(
            insert(s.contents).values(sha256=digest, size=len(content), compressed=zlib.compress(content))
        )
    return digest


def kept(connection: Connection, sha256: str) -> bytes:
    """Return the bytes that have a SHA-256.

    Raises:
        DataError: they are not there, or are no longer what they were.
    """
    found = connection.scalar(select(s.contents.c.compressed).where(s.contents.c.sha256 == sha256))
    content = zlib.decompress(found) if found else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError([Fault(FILE, None, None, "保存的文件与收到时不同或不在了", "原来的文件", "从备份恢复报送库")])
    return content


def as_text(value: object) -> str:
    """Return a value as JSON, the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _same(key: ReturnKey) -> Iterable[Any]:
    r = s.returns.c
    return r.table_name == key.table, r.enterprise_id == key.enterprise_id, r.period == key.period


def _finding(delivery_id: int, return_id: int | None, found: Any) -> dict[str, Any]:
    return {
        "delivery_id": delivery_id,
        "return_id": return_id,
        "kind": found.kind,
        "field": found.field,
        "sheet": found.sheet,
        "cell": found.cell,
        **found.fault.as_dict(),
    }


def _engine(address: str) -> Engine:
    url = make_url(address)
    if url.get_backend_name() == "postgresql" and url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": SECONDS})

    @event.listens_for(engine, "connect")
    def _careful(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where this program says, see _alone
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _alone(connection: Connection) -> None:
    """Wait until no other writer is at work; the end of the transaction lets the next one in."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _unreachable(address: str, error: Exception) -> Fault:
    try:
        where = make_url(address).render_as_string(hide_password=True)
    except Exception:
        return Fault(ADDRESS, None, None, "报送库的地址不对", "postgresql://用户:密码@主机/库", "改正环境变量后重试")
    why = "打不开" if isinstance(error, OperationalError) else "用不了"
    return Fault(where, None, None, f"报送库{why}", "能连上、能写入的数据库", "检查地址、权限和磁盘空间后重试")
