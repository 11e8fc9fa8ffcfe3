"""What a chapter shows of the questions: what is known of the report, and the list of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape

from ...alerts import RED
from ...alerts.page import AlertsPage
from ...audit import Implied
from ...domains.appraisal import page as pages
from ...domains.appraisal.appraisal import Appraisal
from ...domains.appraisal.result import Result
from ...domains.appraisal.scheme import ASSESSED
from ...domains.plans.page import losses, plans
from ...measures.claims import Claim, newest_by_region
from ...measures.figures import DIFFERS, Figure
from ...measures.ledger import ENTERPRISE
from ...measures.units import half_up, in_unit
from ...present.charts import Chart, bars
from ...present.columns import Column, table
from ...present.directions import Speech
from ...present.display import Cell, Markup, Part, Passage, Sentence, Table, joined, sentence_html
from ...present.markup import badge, marked
from ...present.missing_data import if_there
from ...report import Report, implied_range
from ...tables.addresses import question_place
from ...tables.origins import Origin, weakest
from ..figure_index import by_section, chapters
from ..peers import of_region
from .rules import RULES, Fact, Material, Question, QuestionRule, YearTarget

NONE_FOUND = "没有要追问的地方。"


@dataclass(frozen=True)
class ShownQuestion:
    """One question as a page shows it."""

    place: str
    origin: Origin
    asks: Sentence
    evidence: tuple[Sentence, ...]
    whom: str
    more: Markup

    def __repr__(self) -> str:
        lines = ["".join(part.text for part in s) for s in (self.asks, *self.evidence)]
        more = f"；详见{self.more.text}" if self.more.text else ""
        return "\n  ".join([marked(self.origin) + lines[0], *lines[1:], f"问{self.whom}{more}"])

    def html(self) -> str:
        """Return the question as an item of a list, a place to link to."""
        evidence = "".join(f"<li>{sentence_html(sentence)}</li>" for sentence in self.evidence)
        more = f"；详见{self.more.html}" if self.more.text else ""
        return (
            f'<li id="{escape(self.place)}"><p class="sa-asked">{badge(self.origin)}{sentence_html(self.asks)}</p>'
            f'<ul class="sa-evidence">{evidence}</ul>'
            f'<p class="sa-note">问{escape(self.whom)}{more}</p></li>'
        )


@dataclass(frozen=True)
class Listing:
    """Questions in order."""

    questions: tuple[ShownQuestion, ...]

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.questions))

    def _repr_html_(self) -> str:
        return f'<ol class="sa-questions">{"".join(q.html() for q in self.questions)}</ol>'


# --- what is known ----------------------------------------------------------------------------


def ask(known: Material) -> tuple[Question, ...]:
    """Return what every rule asks, the questions that rest on printed numbers alone first."""
    raised = (question for rule in RULES.values() for question in rule.raised(known))
    return tuple(sorted(raised, key=lambda question: not question.real))


def found(report: Report) -> tuple[Question, ...]:
    """Return the questions that a report's numbers raise."""
    return ask(material(report.aside()))


def material(report: Report) -> Material:
    """Collect what is known of a report; what its data do not hold stays empty."""
    red = AlertsPage(report).of(opened=True, level=RED)
    appraisal = if_there(lambda: Appraisal.of(report), None)
    claims = [(c, f) for c in report.claims if (f := report.recomputed(c)) is not None]
    names = {scope.id: scope.name_zh for scope in report.ledger.scopes(ENTERPRISE)}
    return Material(
        claims=report.claims,
        verdict=report.audit if report.claims else None,
        differing=[(c, f) for c, f in claims if f.state == DIFFERS],
        findings=of_region(report, report.package.region),
        peers=dict(_peers(report)),
        alerts=red.alerts,
        alerts_origin=red.origin,
        watched=bool(red.watched()),
        planned="plans" in report.ledger.frames,
        modules=red.titles if red.alerts else {},
        names=names,
        results=if_there(lambda: tuple(_results(appraisal)), ()) if appraisal else (),
        results_origin=appraisal.origin if appraisal else Origin.REAL,
        targets=if_there(lambda: tuple(_targets(appraisal)), ()) if appraisal else (),
        losses=_unplanned(report),
    )


def _peers(report: Report) -> Iterator[tuple[Claim, list[Claim]]]:
    for claim in report.claims:
        if claim.as_kind and claim.measure:
            placed = newest_by_region(report.collected, claim.figure_id)
            others = [c for c in placed if c.region != report.package.region]
            if others:
                yield claim, others


def _results(appraisal: Appraisal) -> Iterator[tuple[Result, Result | None]]:
    for result in appraisal.results:
        yield result, appraisal.before(result.subject.id)


def _targets(appraisal: Appraisal) -> Iterator[YearTarget]:
    for result in appraisal.results:
        for line in result.lines:
            indicator, key = line.indicator, result.subject.id
            if indicator.role == ASSESSED or not indicator.measure or not line.applies:
                continue
            wanted = appraisal.targets.get((key, indicator.measure))
            if wanted is None:
                continue
            figure = appraisal.report.figure(indicator.measure, appraisal.scopes[key])
            yield YearTarget(
                result.subject.name,
                figure,
                float(half_up(in_unit(wanted, figure.unit), figure.decimals)),
                indicator.direction,
                pages.printed(indicator, wanted),
            )


def _unplanned(report: Report) -> tuple[Figure, ...]:
    if "plans" not in report.ledger.frames:
        return ()
    planned = {plan.now.scope.id for plan in plans(report)}
    lost = losses(report.figures("own_profit", ENTERPRISE))
    return tuple(figure for figure in lost if figure.scope.id not in planned)


# --- what is shown ----------------------------------------------------------------------------


def numbers(questions: Iterable[Question]) -> dict[str, str]:
    """Return how many questions there are and how many rest on printed numbers, for sentences."""
    questions = tuple(questions)
    real = sum(question.real for question in questions)
    return {"asked": f"{len(questions)}个", "real": f"{real}个", "samples": f"{len(questions) - real}个"}


def lead(questions: Sequence[Question]) -> str:
    """Return the first question in plain words, for a conclusion; that there is none."""
    return _plain(questions[0].asks) if questions else NONE_FOUND


def _plain(facts: Iterable[Fact]) -> str:
    said = {Claim: "printed", Figure: "exact"}
    return "".join(
        fact
        if isinstance(fact, str)
        else implied_range(fact)
        if isinstance(fact, Implied)
        else str(getattr(fact, said[type(fact)]))
        for fact in facts
    )


def rule_table(questions: Iterable[Question], known: Material | None = None) -> Table:
    """Every rule: what it is about, when it asks, how often it did; that it had nothing of ``known`` to look at."""
    raised = [question.rule for question in questions]

    def asked(name: str, rule: QuestionRule) -> str:
        blind = known is not None and not rule.looks(known)
        return f"{rule.lacks}，没有查" if blind else str(raised.count(name))

    columns = (
        Column("关于", lambda row: row[1].subject),
        Column("什么情况下提出", lambda row: row[1].when),
        Column("提出", lambda row: asked(*row), numeric=True),
    )
    return table("提问的规则", columns, RULES.items())


def picture(questions: Sequence[Question]) -> Chart | Passage | None:
    """Draw how many questions are about what, or say that there is none; of one kind there is nothing to draw."""
    raised = [question.rule for question in questions]
    rows = [(rule.subject, raised.count(name)) for name, rule in RULES.items() if name in raised]
    if not rows:
        return Passage(((Part(NONE_FOUND),),))
    if len(rows) == 1:
        return None
    found = Speech("个", 0).share(rows)
    drawn = bars(
        rows,
        unit="个",
        decimals=0,
        origin=weakest(q.origin for q in questions),
        caption="各类问题的个数",
        alt=f"共{len(raised)}个问题；{found}",
    )
    return replace(drawn, finding=found)


def listing(report: Report, questions: Sequence[Question], real: bool) -> Listing | Passage | None:
    """Show the questions that rest on printed numbers alone, or those that rest on sample rows; nothing
    of these in a book without samples."""
    chosen = [question for question in questions if question.real is real]
    if not real and not any(table.origin is Origin.SAMPLE for table in report.package.tables.values()):
        return None
    if not chosen:
        return Passage(((Part(NONE_FOUND),),))
    sections = {s: c.name for s, c in by_section(chapters(report)).items()}
    titles = {c.name: c.title for c in chapters(report)}
    watch = AlertsPage(report, alerts=())
    return Listing(
        tuple(
            ShownQuestion(
                question_place(question.rule, "".join(p for p in question.asks if isinstance(p, str))),
                question.origin,
                _sentence(report, watch, question.asks),
                tuple(_sentence(report, watch, sentence) for sentence in question.evidence),
                question.whom,
                _more(report, question, sections, titles),
            )
            for question in chosen
        )
    )


def _sentence(report: Report, watch: AlertsPage, facts: Iterable[Fact]) -> Sentence:
    return tuple(part for fact in facts for part in _parts(report, watch, fact))


def _parts(report: Report, watch: AlertsPage, fact: Fact) -> Iterator[Part | Markup]:
    if isinstance(fact, str):
        yield Part(fact)
    elif isinstance(fact, Figure):
        yield report.part(fact, fact.exact)
    elif isinstance(fact, Claim):
        figure = report.recomputed(fact) if fact in report.claims else None
        yield report.part(figure, fact.printed) if figure else Part(fact.printed)
    elif isinstance(fact, Implied):
        yield Part(implied_range(fact))
    else:
        rows = watch.rests_on(fact)
        yield Part(f"{fact.sentence}。取自")
        yield rows if isinstance(rows, Markup) else Part(str(rows))


def _more(report: Report, question: Question, sections: dict[str, str], titles: dict[str, str]) -> Markup:
    """The chapters that tell of what is asked: those of its printed numbers, then the rule's."""
    facts = (fact for sentence in (question.asks, *question.evidence) for fact in sentence)
    told = [sections[f.section] for f in facts if isinstance(f, Claim) and f.section in sections]
    cells: list[Cell] = [
        report.page(titles[name], name) for name in dict.fromkeys([*told, *question.chapters]) if name in titles
    ]
    return joined(cells)
