"""Going through what was read, number by number, with somebody who has the report before them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from .decisions import CORRECTABLE, TITLES, Answer, Decision, keyed, read_field
from .marked_page import claim_rows
from .marks import Marked, Number
from .model import Reading

YES, NO, CORRECT, SKIP, QUIT = "y", "n", "c", "s", "q"
QUESTION = f"读对了吗？{YES}读对了，{NO}读错了，{CORRECT}改正，{SKIP}跳过，{QUIT}结束："
WHICH = "改哪一项？" + "，".join(f"{at}{TITLES[name]}" for at, name in enumerate(CORRECTABLE, 1)) + "，回车改完："
Ask = Callable[[str], str]
Say = Callable[[str], None]
KeyOf = Callable[[Number], int]


@dataclass(frozen=True)
class Asked:
    """What somebody said: decisions by report, and whether there was enough of it."""

    decisions: tuple[tuple[int, Decision], ...]
    ended: bool


def waiting(marked: Marked) -> list[Number]:
    """Return the numbers that findings rest on and nobody has confirmed, in the order of the findings."""
    numbers = (number for at in marked.loud for number in marked.under(at) if not number.confirmed)
    return list(dict.fromkeys(numbers))


def walk(marked: Marked, numbers: Sequence[Number], keys: KeyOf, ask: Ask, say: Say) -> Asked:
    """Ask about each number; ``keys`` gives which of equal numbers of its sentence one is."""
    made: list[tuple[int, Decision]] = []
    for count, number in enumerate(numbers, 1):
        for line in _shown(marked, number, f"{count}/{len(numbers)}"):
            say(line)
        answer = _asked(ask, say)
        if answer == QUIT:
            return Asked(tuple(made), True)
        if answer == SKIP:
            continue
        fields = _corrections(ask, say) if answer == CORRECT else {}
        kind = Answer.WRONG if answer == NO else Answer.CORRECTED if fields else Answer.RIGHT
        made.append((number.report, Decision(number.sentence, number.text, kind, fields, keys(number))))
    return Asked(tuple(made), False)


def nth_of(readings: Sequence[Reading]) -> KeyOf:
    """Return what tells which of the equal numbers in its sentence a number is."""
    known = {(at, one.place): key[2] for at, reading in enumerate(readings) for key, one in keyed(reading)}
    return lambda number: known[number.report, number.place]


def _shown(marked: Marked, number: Number, progress: str) -> Iterator[str]:
    name = marked.readings[number.report].document.name
    yield f"\n【{progress}】《{name}》{number.place.words}：{number.sentence.strip()}"
    if number.found:
        yield f"“{number.text}”读作：" + "；".join(f"{what}{how}" for what, how in claim_rows(number.found.claim))
    for at in number.findings:
        if at in marked.loud:
            yield f"关系到的结论：{marked.findings[at].verdict}，{marked.findings[at].message}"


def _asked(ask: Ask, say: Say) -> str:
    while (answer := ask(QUESTION).strip().lower()) not in (YES, NO, CORRECT, SKIP, QUIT):
        say(f"请写{'、'.join((YES, NO, CORRECT, SKIP, QUIT))}中的一个。")
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
