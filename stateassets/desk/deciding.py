"""What staff do: look through what waits, compare, see the effect, accept or send back, follow alerts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from starlette.responses import RedirectResponse, Response

from ..capture import schema as s
from ..capture.store import ACCEPTED, STATES, WAITING, RefusedError, Return
from . import alerts, looking
from .desk import compared
from .pages import VERDICTS
from .visits import PERSON, STAFF, Visit, Way, not_found

MOST_ROWS = 200  # of a return that a page shows
REASON = 500  # characters


def queue(visit: Visit) -> Response:
    """Show the returns in a state, filtered."""
    desk, today = visit.desk, visit.desk.store.clock().date()
    state = visit.asked("state")
    state = state if state in STATES else WAITING
    chosen = {"state": state, "enterprise_id": visit.asked("enterprise"), "table": visit.asked("table")}
    page = _page(visit)
    owed = desk.obligations(today)
    rows, count = looking.queue(desk.store, owed, **chosen, page=page)
    known = looking.tables(desk.store, owed)
    titles = {name: title for name, title in desk.names.tables.items() if name in known}
    return visit.page(
        "queue.html", rows=rows, titles=titles, count=count, chosen=chosen, number=page, last=_last(count)
    )


def found_for(visit: Visit) -> Return:
    """Return the return that is asked for, if it is one's to see.

    Raises:
        TurnedAwayError: there is none, or it is another's.
    """
    one = visit.desk.store.return_(visit.number())
    if one is None:
        raise not_found()
    own = visit.account.enterprise_id
    if not visit.staff and own not in (one.key.enterprise_id, one.sender):
        raise not_found()
    return one


def return_(visit: Visit) -> Response:
    """Show a return: its rows beside those before, what was found, its history, and where it is decided."""
    return _return(visit, found_for(visit))


def _return(visit: Visit, one: Return, status: int = 200, reason: str = "") -> Response:
    store = visit.desk.store
    before = store.predecessor(one)
    in_book = visit.desk.in_book(one) if before is None and one.revision > 1 else ()
    rows = list(compared(visit.desk.names, one.key.table, one.rows, before.rows if before else in_book))
    shown = list(islice((r for r in rows if r["state"] != "same" or len(rows) <= MOST_ROWS), MOST_ROWS))
    titles = visit.desk.names.columns.get(one.key.table, {})
    there = {field for row in shown for field in row["cells"]}
    columns = [field for field in titles if field in there] + sorted(there - set(titles))
    past = store.returns(enterprise_id=one.key.enterprise_id, table=one.key.table, period=one.key.period)
    findings = store.findings(return_id=one.id, staff=visit.staff)
    taken: dict[int, list[object]] = {}
    for decision in looking.decisions(store, [other.id for other in past]):
        taken.setdefault(decision.return_id, []).append(decision)
    return visit.page(
        "return.html",
        status,
        one=one,
        before=before,
        against=bool(before or in_book),
        rows=shown,
        left_out=len(rows) - len(shown),
        columns=[(field, titles.get(field, field)) for field in columns],
        changed=sum(row["state"] != "same" for row in rows),
        findings=findings,
        reading_notes=store.reading_notes(one.id),
        past=past,
        taken=taken,
        acceptors=store.acceptors,
        mine=any(decision.by == visit.account.login for decision in looking.decisions(store, [one.id])),
        kept_back=visit.desk.kept_back.get(one.id, "") if one.state == ACCEPTED and visit.staff else "",
        reason=reason,
        reason_most=REASON,
        own_file=visit.staff or one.sender == visit.account.enterprise_id,
    )


def effect(visit: Visit) -> Response:
    """Show what accepting a return would do to figures and alerts."""
    one = found_for(visit)
    try:
        found, told = visit.desk.effect([one]), ""
    except TimeoutError:
        found, told = None, "算的时间太长，没有算完；可以直接作决定，入账后看预警中心"
    visit.note("看影响", f"报送{one.id}")
    return visit.page("effect.html", one=one, effect=found, told=told)


def decide(visit: Visit) -> Response:
    """Accept a return or send it back."""
    one = found_for(visit)
    verdict, reason = visit.text("verdict", 20), visit.text("reason", 10 * REASON)
    if verdict not in VERDICTS:
        visit.errors = [("verdict", "请选择采纳还是退回")]
    elif len(reason) > REASON:
        visit.errors = [("reason", f"原因超过{REASON}个字，请写短一些")]
    elif verdict == s.SEND_BACK and not reason:
        visit.errors = [("reason", "退回要写明原因，企业照着改")]
    if visit.errors:
        return _return(visit, one, 422, reason)
    beside = visit.text("beside", 20) if "beside" in visit.form else ""
    visit.desk.decide(one.id, verdict, visit.account.login, reason, int(beside) if beside.isdecimal() else None)
    visit.note(VERDICTS[verdict], f"报送{one.id}")
    return RedirectResponse(f"/returns/{one.id}?done=decided", 303)


def deliveries(visit: Visit) -> Response:
    """Show all that arrived: staff everybody's, an enterprise its own."""
    page = _page(visit)
    sender = visit.asked("enterprise") if visit.staff else visit.account.enterprise_id
    rows, count = looking.arrivals(visit.desk.store, sender, page)
    return visit.page("deliveries.html", arrivals=rows, count=count, sender=sender, number=page, last=_last(count))


def obligations(visit: Visit) -> Response:
    """Show who owes what, the latest first."""
    desk, today = visit.desk, visit.desk.store.clock().date()
    enterprise_id = visit.asked("enterprise")
    found = looking.duties(desk.store, desk.obligations(today), today, enterprise_id)
    due = [duty for duty in found if not duty.done]
    page, last = _page(visit), _last(len(due))
    shown = due[(page - 1) * looking.A_PAGE : page * looking.A_PAGE]
    late = sum(duty.days_late > 0 for duty in due)
    return visit.page(
        "obligations.html", duties=shown, count=len(due), late=late, sender=enterprise_id, number=page, last=last
    )


def alert_list(visit: Visit) -> Response:
    """Show the alerts that postings brought, with what is written about each."""
    return _alerts(visit)


def _alerts(visit: Visit, status: int = 200) -> Response:
    page, enterprise_id = _page(visit), visit.asked("enterprise")
    found, count = alerts.warned(visit.desk.store, enterprise_id, page)
    return visit.page(
        "alerts.html", status, warned=found, count=count, sender=enterprise_id, number=page, last=_last(count)
    )


def write_alert(visit: Visit) -> Response:
    """Write down who answers for an alert, what they say, a reminder, or its end."""
    kind, said = visit.text("kind", 20), visit.text("said", REASON)
    try:
        known = alerts.write(visit.desk.store, visit.number(), kind, said, visit.account.login)
    except RefusedError as refused:
        visit.errors = [(f"said-{visit.number()}", str(refused))]
        return _alerts(visit, 422)
    if not known:
        raise not_found()
    visit.note("预警处置", f"预警{visit.number()}")
    return RedirectResponse("/alerts?done=written", 303)


def log(visit: Visit) -> Response:
    """Show who did what."""
    page, who = _page(visit), visit.asked("who")
    rows, count = looking.log(visit.desk.store, who, page)
    return visit.page("log.html", rows=rows, count=count, who=who, number=page, last=_last(count))


def _page(visit: Visit) -> int:
    asked = visit.asked("page", 6)
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() else 1


def _last(count: int) -> int:
    return max(1, -(-count // looking.A_PAGE))


WAYS: Sequence[Way] = (
    Way("GET", "/queue", STAFF, queue),
    Way("GET", "/returns/{number:int}", PERSON, return_),
    Way("GET", "/returns/{number:int}/effect", STAFF, effect, "effect"),
    Way("POST", "/returns/{number:int}/decision", STAFF, decide),
    Way("GET", "/deliveries", PERSON, deliveries),
    Way("GET", "/obligations", STAFF, obligations),
    Way("GET", "/alerts", STAFF, alert_list),
    Way("POST", "/alerts/{number:int}", STAFF, write_alert),
    Way("GET", "/log", STAFF, log),
)
