"""Pages from templates; what comes from people is text in them, never markup."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..alerts.levels import LEVELS
from ..capture import schema as s
from ..capture.looking import EVENTS, KNOWN
from ..capture.store import RULE, STATES, WAITING
from ..domains.returns.obligations import in_words
from ..present.style import in_the_dark, on_paper
from ..tables.data_errors import visible

if TYPE_CHECKING:
    from .visits import Visit

HERE = Path(__file__).parent
# Channels, verdicts, kinds of findings and what happened to an alert, as pages say them.
CHANNELS = {s.INBOX: "收件夹", s.DATABASE: "数据库", s.DESK: "报送台", s.BY_HAND: "人工"}
VERDICTS = {s.ACCEPT: "采纳", s.SEND_BACK: "退回"}
KINDS = {s.FAULT: "错误", s.DOUBT: "疑点", s.BEYOND: "牵涉别的企业"}
ROLES = {s.STAFF: "监管人员", s.ENTERPRISE: "企业"}
NOTES = {s.ASSIGNED: "明确责任人", s.ANSWERED: "说明", s.REMINDED: "催办", s.SETTLED: "办结"}  # as the book has them


def day(value: date | str) -> str:
    """Return a day in words, of a date or of a time in ISO 8601."""
    found = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return f"{found.year}年{found.month}月{found.day}日"


def moment(text: str) -> str:
    """Return a time in words, to the minute."""
    return f"{day(text)}{text[11:16]}" if text else ""


def term(days_late: int, done: bool = False) -> str:
    """Say how a day lies to the one on which something is due."""
    if days_late > 0:
        return f"晚了{days_late}天" if done else f"已逾期{days_late}天"
    if done:
        return "按期"
    return f"还有{-days_late}天" if days_late else "今天到期"


def colours() -> str:
    """Return the book's colours as a style sheet, light and dark."""

    def rules(found: dict[str, str]) -> str:
        return "".join(f"--{name}:{colour};" for name, colour in found.items())

    dark = f"@media (prefers-color-scheme:dark){{:root{{{rules(in_the_dark())}}}}}"
    return f":root{{color-scheme:light dark;{rules(on_paper())}}}\n{dark}\n"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(period=in_words, day=day, moment=moment, term=term, shown=visible)
    words = {"channels": CHANNELS, "verdicts": VERDICTS, "kinds": KINDS, "roles": ROLES}
    made.globals.update(
        **words, events={KNOWN: "已有", **EVENTS}, levels=LEVELS, notes=NOTES, states=STATES, waiting=WAITING, rule=RULE
    )
    return made


ENVIRONMENT = _environment()


def page(template: str, visit: Visit, **values: Any) -> str:
    """Return a page as HTML."""
    names = visit.desk.names

    def enterprise(enterprise_id: str) -> str:
        """The name of an enterprise; its id where there is none."""
        return names.enterprises.get(enterprise_id, enterprise_id)

    def table(name: str) -> str:
        """The title of a table."""
        return names.tables.get(name, name)

    def people(logins: str) -> str:
        """Whoever decided, by their names."""
        found = [visit.desk.accounts.find(one) for one in logins.split("、")]
        return "、".join(one.name if one else login for one, login in zip(found, logins.split("、"), strict=True))

    values = {"errors": visit.errors, "csrf": visit.session.csrf if visit.session else "", **values}
    return ENVIRONMENT.get_template(template).render(
        visit=visit, enterprise=enterprise, table=table, people=people, **values
    )
