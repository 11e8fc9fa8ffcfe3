"""What an enterprise does: sees what it owes, hands in, reads what is wrong, answers doubts."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from starlette.responses import RedirectResponse, Response

from ..capture import schema as s
from ..tables.text_files import LARGEST_FILE
from . import looking
from .desk import KINDS
from .downloads import download
from .looking import Arrival
from .visits import ENTERPRISE, PERSON, Visit, Way, not_found, uploaded

WHOLE = LARGEST_FILE + 64 * 1024  # bytes of a form with a file
ANSWER = 500  # characters


def home(visit: Visit) -> Response:
    """Show an enterprise what it owes and what it sent; take staff to what waits for them."""
    if visit.staff:
        return RedirectResponse("/queue", 303)
    return _home(visit)


def _home(visit: Visit, status: int = 200) -> Response:
    desk, own = visit.desk, visit.account.enterprise_id
    today = desk.store.clock().date()
    duties = looking.duties(desk.store, desk.obligations(today), today, own)
    arrivals, count = looking.arrivals(desk.store, own)
    return visit.page(
        "owed.html",
        status,
        duties=[duty for duty in duties if not duty.done],
        done=[duty for duty in duties if duty.done][: looking.A_PAGE],
        arrivals=arrivals,
        count=count,
        form=secrets.token_hex(16),
        kinds_taken="、".join(KINDS),
        accept=",".join(KINDS),
        largest=LARGEST_FILE // 2**20,
    )


def hand_in(visit: Visit) -> Response:
    """Take a workbook, examine it, and go to what was found."""
    form, upload = visit.text("form", 64), uploaded(visit, "file")
    content = upload.file.read() if upload else b""
    name = (upload.filename if upload else None) or ""
    if Path(name).suffix.lower() not in KINDS:
        visit.errors = [("file", f"请选择要报送的文件，可以是{'、'.join(KINDS)}")]
    elif not content:
        visit.errors = [("file", "文件是空的，请重新导出后再选")]
    elif len(content) > LARGEST_FILE:
        visit.errors = [("file", f"文件超过{LARGEST_FILE // 2**20}MB，请分成几个文件")]
    if visit.errors:
        visit.note("报送", name[:100], "拒绝：" + visit.errors[0][1])
        return _home(visit, 422)
    delivery = visit.desk.take(content, name, visit.account.enterprise_id, form)
    visit.note("报送", f"来件{delivery.id}")
    return RedirectResponse(f"/deliveries/{delivery.id}", 303)


def found_for(visit: Visit) -> Arrival:
    """Return the delivery that is asked for, if it is one's to see.

    Raises:
        TurnedAwayError: there is none, or it is another's.
    """
    arrival = looking.arrival(visit.desk.store, visit.number())
    if arrival is None or not (visit.staff or arrival.delivery.sender == visit.account.enterprise_id):
        raise not_found()
    return arrival


def delivery(visit: Visit) -> Response:
    """Show a delivery, what is wrong in it, and where doubts are answered."""
    return _delivery(visit, found_for(visit))


def _delivery(visit: Visit, arrival: Arrival, status: int = 200) -> Response:
    findings = visit.desk.store.findings(delivery_id=arrival.delivery.id, staff=visit.staff)
    before = visit.desk.store.same_before(arrival.delivery)
    return visit.page(
        "delivery.html",
        status,
        arrival=arrival,
        findings=findings,
        faults=[one for one in findings if one.kind != s.DOUBT],
        doubts=[one for one in findings if one.kind == s.DOUBT],
        open=_answerable(arrival),
        keys={one.id: one for one in arrival.returns},
        before=before,
        answer_most=ANSWER,
    )


def _answerable(arrival: Arrival) -> set[int | None]:
    """Return the returns whose doubts may still be answered."""
    waiting = {one.id for one in arrival.returns if one.open}
    return {*waiting, None} if waiting else set()


def answer(visit: Visit) -> Response:
    """Keep what the sender says of doubts."""
    arrival = found_for(visit)
    open_, errors, said = _answerable(arrival), [], []
    for finding in visit.desk.store.findings(delivery_id=arrival.delivery.id):
        field = f"answer-{finding.id}"
        if finding.kind != s.DOUBT or finding.return_id not in open_ or field not in visit.form:
            continue
        text = visit.text(field, 10 * ANSWER)
        if len(text) > ANSWER:
            errors.append((field, f"说明超过{ANSWER}个字，请写短一些"))
        elif text and text != finding.answer:
            said.append((finding.id, text))
    if not errors and not said:
        errors = [("answers", "没有新的说明，请在疑点下面写一句话")]
    if errors:
        visit.errors = errors
        return _delivery(visit, arrival, 422)
    for number, text in said:
        visit.desk.store.answer(number, text, visit.account.login)
    visit.note("说明疑点", f"来件{arrival.delivery.id}", f"说明了{len(said)}处")
    return RedirectResponse(f"/deliveries/{arrival.delivery.id}?done=answered", 303)


def original(visit: Visit) -> Response:
    """Give a file as it came."""
    found = found_for(visit).delivery
    visit.note("下载原文件", f"来件{found.id}")
    return download(found.file_name, visit.desk.store.content(found.sha256))


def marked(visit: Visit) -> Response:
    """Give the sender's own file with marked cells."""
    found = found_for(visit).delivery
    name, content = visit.desk.marked_file(found)
    visit.note("下载标注文件", f"来件{found.id}")
    return download(name, content)


WAYS: Sequence[Way] = (
    Way("GET", "/", PERSON, home),
    Way("POST", "/deliveries", ENTERPRISE, hand_in, "examining", WHOLE),
    Way("GET", "/deliveries/{number:int}", PERSON, delivery),
    Way("GET", "/deliveries/{number:int}/file", PERSON, original),
    Way("GET", "/deliveries/{number:int}/marked", PERSON, marked, "examining"),
    Way("POST", "/deliveries/{number:int}/answers", ENTERPRISE, answer),
)
