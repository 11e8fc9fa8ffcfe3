"""Going through what was read, number by number, with somebody who has the report before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..importing.printed import KINDS
from .decisions import CORRECTABLE, PLACING, REFUSED, TITLES, Answer, Decision, as_claim, keyed, read_field
from .marked_page import claim_rows
from .marks import Mark, Marked, Number
from .model import Reading, Unplaced

YES, NO, CORRECT, SKIP, QUIT = "y", "n", "c", "s", "q"
QUESTION = f"读对了吗？{YES}读对了，{NO}读错了，{CORRECT}改正，{SKIP}跳过，{QUIT}结束："
WHICH = "改哪一项？" + "，".join(f"{at}{TITLES[name]}" for at, name in enumerate(CORRECTABLE, 1)) + "，回车改完："
PLACE = "p"
QUESTION_UNPLACED = f"知道它是什么的数吗？{PLACE}补上，{SKIP}跳过，{QUIT}结束："
Ask = Callable[[str], str]
Say = Callable[[str], None]
KeyOf = Callable[[Number], int]


@dataclass(frozen=True)
class Answered:
    """What somebody said of a number: a decision, or none; and whether they have had enough."""

    decision: Decision | None = None
    enough: bool = False


def waiting(marked: Marked) -> list[Number]:
    """Return the numbers that findings rest on and nobody has confirmed, in the order of the findings, then the unplaced."""
    numbers = (number for at in marked.loud for number in marked.under(at) if not number.confirmed)
    unplaced = (number for number in marked.numbers if number.mark == Mark.UNPLACED and number.why != REFUSED)
    return list(dict.fromkeys((*numbers, *unplaced)))


def ask_about(marked: Marked, number: Number, nth: int, progress: str, ask: Ask, say: Say) -> Answered:
    """Show a number with its sentence and ask whether it was read rightly, or what it is if it could not be placed.

    ``nth`` tells which of the equal numbers in its sentence it is. Who can be asked no more has had enough.
    """
    for line in _shown(marked, number, progress):
        say(line)
    try:
        if not number.found:
            return _ask_to_place(marked, number, nth, ask, say)
        answer = _asked(ask, say)
        fields = _corrections(ask, say) if answer == CORRECT else {}
    except EOFError:
        return Answered(enough=True)
    if answer in (SKIP, QUIT):
        return Answered(enough=answer == QUIT)
    kind = Answer.WRONG if answer == NO else Answer.CORRECTED if fields else Answer.RIGHT
    return Answered(Decision(number.sentence, number.text, kind, fields, nth))


def _ask_to_place(marked: Marked, number: Number, nth: int, ask: Ask, say: Say) -> Answered:
    """Ask of what, of whose, of which year and of what kind an unplaced number is."""
    answer = _one_of((PLACE, SKIP, QUIT), QUESTION_UNPLACED, ask, say)
    if answer != PLACE:
        return Answered(enough=answer == QUIT)
    unplaced = Unplaced(number.text, number.sentence, number.place, number.why)
    claim = as_claim(marked.readings[number.report], unplaced)
    usual = {"scope": claim.scope, "year": str(claim.year), "kind": KINDS[claim.kind][0], "unit": claim.unit}
    fields = {name: _asked_for(name, usual.get(name, ""), ask, say) for name in PLACING}
    if not claim.text:
        fields["value"] = _asked_for("value", "", ask, say)
    return Answered(Decision(number.sentence, number.text, Answer.PLACED, fields, nth))


def _asked_for(name: str, usual: str, ask: Ask, say: Say) -> str:
    """Ask for a field until it can be read; nothing typed means what is usual."""
    hint = f"（回车即{usual}）" if usual else ""
    while True:
        value, expected = read_field(name, ask(f"{TITLES[name]}{hint}：").strip() or usual)
        if not expected:
            return value
        say(f"不能这样写，应为：{expected}。")


def nth_of(readings: Sequence[Reading]) -> KeyOf:
    """Return what tells which of the equal numbers in its sentence a number is."""
    known = {(at, one.place): key[2] for at, reading in enumerate(readings) for key, one in keyed(reading)}
    return lambda number: known[number.report, number.place]


def _shown(marked: Marked, number: Number, progress: str) -> Iterator[str]:
    name = marked.readings[number.report].document.name
    yield f"\n【{progress}】《{name}》{number.place.words}：{number.sentence.strip()}"
    if number.found:
        yield f"“{number.text}”读作：" + "；".join(f"{what}{how}" for what, how in claim_rows(number.found.claim))
    else:
        yield f"“{number.text}”未识别：{number.why}"
    for at in number.findings:
        if at in marked.loud:
            yield f"关系到的结论：{marked.findings[at].verdict}，{marked.findings[at].message}"


def _asked(ask: Ask, say: Say) -> str:
    return _one_of((YES, NO, CORRECT, SKIP, QUIT), QUESTION, ask, say)


def _one_of(answers: Sequence[str], question: str, ask: Ask, say: Say) -> str:
    while (answer := ask(question).strip().lower()) not in answers:
        say(f"请写{'、'.join(answers)}中的一个。")
    return answer


def _corrections(ask: Ask, say: Say) -> dict[str, str]:
    fields: dict[str, str] = {}
    while said := ask(WHICH).strip():
        name = next((n for at, n in enumerate(CORRECTABLE, 1) if said in (str(at), TITLES[n])), None)
        if name is None:
            say(f"没有“{said}”这一项。")
            continue
        value, expected = read_field(name, ask(f"{TITLES[name]}改为："))
        if expected:
            say(f"不能这样写，应为：{expected}。")
        else:
            fields[name] = value
    return fields
