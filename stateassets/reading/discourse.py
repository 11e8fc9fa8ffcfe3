"""What a report is talking about when it prints a number: subject, scope, year and base, carried along.

``Discourse`` is told of headings, paragraphs, sentences and clauses in the order of the text and
answers with what each number is of. It knows language, not arithmetic: nothing is looked up or
guessed from the numbers themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .nouns import Ref, bare, heading_scope, is_scope, read_phrase, scope_at_start, scope_name, topic_at_start
from .phrases import Amount, Figure, Figures, Part, parse
from .tokens import Token, spoken_number
from .vocabulary import any_of, context_of, vocabulary

LAST_YEAR = "上年"
RATIO = re.compile(r"(?:率|比重|占比|强度|比例|覆盖面|亏损面|贡献度|集中度)(?:（.*）)?$")
NO_RATIO = re.compile(r"(?:劳动生产率|周转率|生产率)$")
POINTS = ("个百分点", "百分点", "个点")
BEHIND = "behind"  # how a ref says that its noun stands behind its number: it is no topic of what follows
PLAN, STANDARD = "目标（力争）", "时段或标准"


@dataclass(frozen=True)
class Said:
    """What a number was found to be; ``scope`` ``""`` is the whole; ``why`` says that it is no claim or unplaced."""

    amount: Amount | None
    start: int
    end: int
    kind: str = ""
    scope: str = ""
    item: str = ""
    year: int = 0
    value: str = ""
    unit: str = ""
    base: str = ""
    why: str = ""
    claims: bool = True  # False: a number that states nothing
    waiting: bool = False  # its item is named by the next number (与2020年末的692.91亿元相比，资产总额增长16.9%)


@dataclass
class _Group:
    """Scopes told one after the other, and the scope that they are parts of."""

    outer: str
    mid_sentence: bool = False
    scopes: list[str] = field(default_factory=list)
    items: set[str] = field(default_factory=set)
    inherited: bool = False  # its numbers have no item of their own (其中省属企业60亿元)


@dataclass
class _Clause:
    """What the words of a clause have said so far."""

    before: str = ""  # words since the last number, up to 分别
    behind: str = ""  # and behind it
    respectively: bool = False
    rate: int = 0
    shares: bool = False
    origin: bool = False  # 由, 从: the number is where the change began
    compared: bool = False  # 与, 较: so is this, and its item may follow
    reached: bool = False  # 增加到
    dated: int = 0  # a year that holds for the next number only
    years: list[int] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)  # 较年初和上年同期分别增长
    total: bool = False
    average: str = ""  # 年均: the year that the average begins in, ? if none is told
    among: bool = False
    later: bool = False  # a number came before in this clause


class Discourse:
    """The state of the talk; ``read_clause`` returns what the clause's numbers are."""

    def __init__(self, year: int, whole: str = "", title: str = "") -> None:
        self.year = year
        self.whole = whole
        self.title = title
        self._headings: list[tuple[int, str, str | None]] = []
        self._scope = ""
        self._item = ""
        self._known = False
        self._default_base = LAST_YEAR
        self.begin_paragraph()

    # ---- headings, paragraphs, sentences

    def heading(self, depth: int, text: str) -> None:
        """Enter a section."""
        while self._headings and self._headings[-1][0] >= depth:
            self._headings.pop()
        text = text.rstrip("。：")
        scope = heading_scope(text)
        self._headings.append((depth, text, None if scope is None else self._nested(scope_name(scope))))
        self.begin_paragraph()

    @property
    def section(self) -> str:
        """The headings above, outermost first."""
        return "／".join([self.title, *(text for _, text, _ in self._headings)])

    @property
    def section_scope(self) -> str:
        """The scope that the nearest heading names; empty for the whole."""
        return next((scope for _, _, scope in reversed(self._headings) if scope is not None), "")

    @property
    def scope(self) -> str:
        """Whose numbers are told at this place."""
        return self._scope

    @property
    def plans(self) -> bool:
        """Is the section about what is still to be done?"""
        return any(re.search(vocabulary()["plan_headings"], text) for _, text, _ in self._headings)

    def begin_paragraph(self) -> None:
        """Return to the scope of the section."""
        self._scope = self.section_scope
        self._group: _Group | None = None
        self._refs: list[Ref] = []
        self._levels: list[tuple[Ref, str]] = []
        self._item, self._known, self._printed = "", False, ""
        self.begin_sentence()

    def begin_sentence(self) -> None:
        """Forget what held for the last sentence only (。, not ；)."""
        counted = self._group is not None and self._group.items == {"户数"}
        if self._group and (self._group.mid_sentence or len(self._group.scopes) > 1 or counted):
            self._scope = self._group.outer
            self._group = None
        elif self._group and self._group.mid_sentence is False and not self._group.scopes:
            self._group = None
        self._view: str | None = None
        self._sentence_year = 0
        self._base, self._base_item = "", ""
        self._from_year = 0
        self._share_item = ""
        self._adjusted = False
        self._around: Said | None = None
        self._behind_item = ""
        self._counted_item = ""
        self._consumed = ""
        self._whole_row: tuple[Ref, str] | None = None
        self._sentence = ""
        self._context = ""
        self._plan = False
        self._sentence_figures = 0
        self._unit = ""
        self.begin_part()

    def begin_part(self) -> None:
        """Note a ；: what is said of one of several parts ends."""
        if self._group and self._group.mid_sentence and len(self._group.items) <= 1:
            self._group.inherited = True
        if self._group and self._group.items == {"户数"}:
            self._scope = self._group.outer

    # ---- clauses

    def read(self, found: Sequence[Token]) -> list[Said]:
        """Return what the numbers of a paragraph's tokens are, in order."""
        said: list[Said] = []
        clause: list[Token] = []
        held: list[tuple[str, str, bool]] = []
        for token in [*found, Token("END", "。", 0, 0)]:
            if token.kind not in ("END", "PARENTHESIS"):
                clause.append(token)
                continue
            said = _settled([*said, *self._read_clause(clause)])
            clause = []
            if token.text == "（":
                self._around = said[-1] if said else None
                held.append((self._scope, self._item, self._known))
            elif token.text == "）" and held:
                self._around = None
                self._scope, self._item, self._known = held.pop()
            elif token.text in "。！？":
                said = [replace(one, why="读不出是什么的数") if one.waiting else one for one in said]
                self.begin_sentence()
            elif token.text == "；":
                self.begin_part()
        return said

    def _read_clause(self, clause: Sequence[Token]) -> list[Said]:
        """Return what the numbers of a clause are, in order."""
        said: list[Said] = []
        state = _Clause()
        self._whole_item = self._item  # what a clause such as 由…两部分组成 tells the parts of
        parts = parse(clause)
        text = "".join(token.text for token in clause)
        self._sentence += text
        self._context = context_of(self.section + self._sentence)
        for index, part in enumerate(parts):
            if isinstance(part, Figures):
                said += self._figures(part, state, parts, index, text)
                state = _Clause(years=state.years if len(state.years) > 1 else [], later=True)
            else:
                said += self._modifier(part, state, text)
        self._leftover(state)
        return said

    def _modifier(self, token: Token, state: _Clause, clause: str) -> list[Said]:
        """Take note of a word that stands by itself."""
        kind = token.kind
        if re.search(vocabulary()["targets"], token.text):
            self._plan = True
        if re.search(vocabulary()["adjusted"][0], token.text):
            self._adjusted = True
        if kind == "WORD":
            text = token.text
            if self._consumed and not state.before and state.later and text.startswith(self._consumed):
                token = replace(token, text=text[len(self._consumed) :])
            self._consumed = ""
            if state.respectively or state.rate:
                state.behind += token.text
            else:
                state.before += token.text
        elif kind == "ASIDE":
            if "下同" in token.text and self._base:
                self._default_base = self._base
            elif re.search(r"不含|含|除|口径", token.text) and state.before:
                state.before += token.text.replace("，下同", "")
        elif kind == "BASE":
            self._set_base(token)
            state.bases.append(self._base)
        elif kind == "AVERAGE":
            state.average = self._average_base(token)
        elif kind == "SKIPPED" and (span := re.match(r"近([两三四五六七八九十]|\d+)年", token.text)):
            self._from_year = self.year - (int(span[1]) if span[1].isdigit() else spoken_number(span[1]))
        elif kind == "RESPECTIVELY":
            state.respectively = True
        elif kind in ("RATE_UP", "RATE_DOWN"):
            state.rate = 1 if kind == "RATE_UP" else -1
        elif kind == "SHARES":
            state.shares = True
        elif kind == "FROM":
            state.origin = True
            state.compared = token.text not in ("由", "从")
        elif kind == "TO":
            state.reached = True
        elif kind == "TOTAL":
            state.total = True
        elif kind == "AMONG":
            state.among = True
            state.before = ""
        elif kind == "VIEW":
            self._take_view(token)
        elif kind == "EXCEPT":
            self._group = _Group(self._scope, True)
            self._scope = f"{self._scope or self.whole}（不含{token.known['part']}）"
        elif kind in ("DATE", "LAST"):
            self._take_date(token, state, clause)
        elif kind == "AMOUNT":
            return [self._no_claim_or_unplaced(token)]
        return []

    def _no_claim_or_unplaced(self, token: Token) -> Said:
        amount = Amount(token.known.get("number", ""), token.known.get("unit", ""), "", token.start, token.end)
        return Said(amount, token.start, token.end, why="这种写法读不懂")

    def _set_base(self, token: Token) -> None:
        words = token.known
        if "other" in words:
            base = words["other"]
            for name, others in vocabulary()["other_bases"].items():
                base = name if base in others else base
            self._base = re.sub(r"(?:的?水平|平均值)$", "", bare(base) or base)
            self._base_item = "其他"
            return
        base = words["base"]
        if base.isdigit():
            year = int(base) - (1 if words.get("opening") else 0)
            base = LAST_YEAR if year == self.year - 1 else str(year)
            if words.get("opening") and int(words["base"]) == self.year:
                base = "年初"
        self._base, self._base_item = base, ""

    def _average_base(self, token: Token) -> str:
        years = token.known.get("years", "")
        if years:
            return str(self.year - (int(years) if years.isdigit() else spoken_number(years)))
        if self._from_year:
            return str(self._from_year)
        return self._base if self._base.isdigit() else "?"

    def _take_view(self, token: Token) -> None:
        view = bare(token.known["view"])
        self._group = None
        self._scope = self.section_scope
        refs = read_phrase(view, self._context)
        if len(refs) == 1 and refs[0].scope is not None and is_scope(view):
            self._scope = self._nested(refs[0].scope)
            self._group = _Group(self.section_scope, True, [self._scope])
        elif len(refs) == 1 and refs[0].known and refs[0].item:
            self._item, self._known = refs[0].item, True

    def _take_date(self, token: Token, state: _Clause, clause: str) -> None:
        at = clause.find(token.text)
        before, after = clause[:at], clause[at + len(token.text) :]
        if re.search(r"[自于]$", before) or re.match(r"(?:起|以来|以前|之前|开始|前|后|印发|出台|成立|度?预算)", after):
            return
        if token.kind == "LAST":
            state.dated = self.year - 1
            state.years.append(self.year - 1)
            return
        years = [int(year) for year in re.findall(r"(?:19|20)\d{2}", token.text)]
        if len(years) > 1:
            if not re.search("—|至|到", token.text):
                state.years += years
            return
        year = years[-1]
        if re.search("初$", token.text):
            year -= 1
        if year > self.year:
            self._plan = True
        state.years.append(year)
        if state.origin or state.reached:
            state.dated = year
        else:
            self._sentence_year = year

    # ---- numbers

    def _figures(self, part: Figures, state: _Clause, parts: Sequence[Part], index: int, clause: str) -> list[Said]:
        figures = part.figures
        self._sentence_figures += 1
        share = re.search(r"(?:占[^，。；]{0,16}的?(?:比重|比例|份额)|占比|所?占?比重|份额)的?$", state.before)
        if share:
            state.before = state.before[: share.start()]
        first = read_phrase(state.before, self._context)
        second = read_phrase(state.behind, self._context)
        refs = self._topic(first, second, len(figures))
        if refs and refs[-1].item == "盈利" and "利润" in self._item:
            refs = []  # 净利润由亏损1.2亿元转为盈利0.5亿元
        if (
            re.fullmatch("[、，和]*(?:[二两三四]者|[两三四][项类])?(?:合计|总计|共计|加总)", state.before)
            and self._several_scopes()
        ):
            refs = [Ref(state.before.strip("、，和"), None)]
        if refs and refs[-1].item in ("占比", "比重", "份额", "所占比重", "所占比例"):
            state.shares = True
            refs = [replace(refs[-1], item=None)] if refs[-1].scope is not None else []
            self._share_item = f"{self._item}占比"
        if share:
            item = refs[-1].item if refs and refs[-1].item else self._item
            self._share_item = f"{item}占比" if item else ""
            state.shares = figures[0].role == "level"
        if len(figures) == 1 and len(refs) > 1 and not any(ref.known or ref.scope is not None for ref in refs):
            refs = [Ref(None, bare(state.before + state.behind))]  # 土地、房屋及构筑物25.3亿元
        explicit = bool(refs)
        several = len(refs) > 1 or re.search(r"[两三四五各]类", state.before)
        planned = bool(re.search("(?:预算|计划)数$", state.before))
        if several and (state.total or re.search("合计|总计", state.before)):
            refs = self._total(refs)
        many = len(figures) > 1 and (state.respectively or len(refs) == len(figures) or self._alike(figures))
        if many:
            return self._list(figures, refs, state, clause)
        if planned:
            topic = read_phrase(re.sub("(?:预算|计划)数$", "", state.before), self._context)
            if topic and topic[-1].known:
                self._item, self._known = topic[-1].item or "", True
            return [Said(f.amount, *self._span(f), why=PLAN, claims=False) for f in figures]
        if not refs and (named := re.search("[^，。；、]*(?:金额|价值|面积|规模)$", state.before)):
            refs = [Ref(None, named.group())]
        said = []
        for figure in figures:
            ref = refs[-1] if refs else Ref(None, None)
            said.append(self._one(figure, ref, explicit, state, parts, index, clause))
            explicit, refs = False, []
        return said

    def _several_scopes(self) -> bool:
        """Have the last numbers been of more than one scope?"""
        return len({ref.scope for ref, _ in self._levels[-6:]}) > 1

    @staticmethod
    def _alike(figures: Sequence[Figure]) -> bool:
        """Are the numbers of a row of one kind (19.8亿元、4.6亿元), so that each is of something else?"""
        units = {figure.amount.unit if figure.amount else "" for figure in figures}
        return len(units) == 1

    @staticmethod
    def _topic(first: list[Ref], second: list[Ref], count: int) -> list[Ref]:
        """Put together what stands before and behind 分别 (省属企业和市县企业分别实现营业收入…)."""
        if not first or not second:
            return first or second
        if len(second) == 1 and second[0].item:
            return [replace(ref, item=second[0].item, known=second[0].known) for ref in first]
        if len(second) == count:
            return [replace(ref, scope=ref.scope if ref.scope is not None else first[-1].scope) for ref in second]
        return first

    def _total(self, refs: list[Ref]) -> list[Ref]:
        """Several scopes added up are one: 合计."""
        item = next((ref.item for ref in reversed(refs) if ref.known), None)
        several = [ref for ref in refs if ref.scope is not None or re.search("[两三四五各]类|类", ref.item or "")]
        if several or not refs:
            unlike = any(re.search("行政|事业|金融", ref.scope or "") for ref in refs) or self._scope == "合计"
            whole = "合计" if not self.whole or unlike else ""  # unlike assets have no other name together
            return [
                Ref(whole, item or ("资产总额" if "资产" in "".join(r.printed for r in refs) else None), bool(item))
            ]
        return refs

    def _list(self, figures: Sequence[Figure], refs: list[Ref], state: _Clause, clause: str) -> list[Said]:
        """Read numbers in a row, each of its own item, scope or year."""
        count = len(figures)
        changes = state.rate or state.shares or any(one.role in ("change", "share") for one in figures)
        if len(set(state.years)) == count and len(refs) <= 1:
            ref = self._placed(refs[0]) if refs else self._current()
            return [self._claim(one, ref, state, clause, year=y) for one, y in zip(figures, state.years, strict=True)]
        if len(state.bases) == count and len(refs) <= 1 and state.respectively:
            return self._against_bases(figures, self._placed(refs[0]) if refs else self._current(), state, clause)
        if len(refs) != count and len(refs) <= 1:
            refs = self._recent(refs[0] if refs else None, count, bool(changes), figures)
        if len(refs) != count:
            why = f"{count}个数对着{len(refs)}个项目" if refs else "不知道是哪几项的"
            return [Said(f.amount, *self._span(f), why=why) for f in figures if f.amount]
        said = []
        sign = 0
        enterprises = {one.amount.unit for one in figures if one.amount} <= set(vocabulary()["units"]["enterprises"])
        if enterprises and not changes:
            refs = [ref if ref.item else replace(ref, item="户数", known=True) for ref in refs]
        placed = [self._placed(ref) for ref in refs]
        for figure, ref in zip(figures, placed, strict=True):
            if figure.role == "change":
                sign = 1 if figure.rises else -1
            elif figure.role == "level" and sign:
                figure = replace(figure, role="change", mark=Token("UP" if sign > 0 else "DOWN", "", 0, 0))
            elif figure.role == "share":
                state.shares = True
            said.append(self._claim(figure, ref, state, clause))
        if not changes:
            self._levels += [(ref, f.amount.unit if f.amount else "") for ref, f in zip(placed, figures, strict=True)]
        self._refs = placed
        self._item, self._known = placed[-1].item or "", True
        scopes = {ref.scope for ref in placed}
        if len(scopes) == 1:
            self._enter(placed[-1], state, True)
        return said

    def _against_bases(self, figures: Sequence[Figure], ref: Ref, state: _Clause, clause: str) -> list[Said]:
        """Read changes of one item against several bases."""
        said = []
        sign = 1
        for figure, base in zip(figures, state.bases, strict=True):
            if figure.role == "change":
                sign = 1 if figure.rises else -1
            else:
                figure = replace(figure, role="change", mark=Token("UP" if sign > 0 else "DOWN", "", 0, 0))
            self._base = base
            said.append(self._claim(figure, ref, state, clause))
        return said

    def _recent(self, ref: Ref | None, count: int, changes: bool, figures: Sequence[Figure]) -> list[Ref]:
        """Return what the last numbers were of, for a row that names nothing itself."""
        if ref and ref.scope is not None and not ref.item:
            if len(self._refs) == count:
                return [Ref(ref.scope, one.item, True) for one in self._refs]
            items = [one.item for one, _ in self._levels[-count:]]
            return [Ref(ref.scope, item, True) for item in items] if len(items) == count else []
        if ref is None and len(self._refs) == count:
            return self._refs
        if (
            ref
            and ref.item
            and ref.scope is None
            and len(self._refs) == count
            and len({r.scope for r in self._refs}) == count
        ):
            return [Ref(one.scope, ref.item, ref.known) for one in self._refs]
        levels = [one for one in self._levels if one[0].scope != "合计"]
        levels = levels if len(levels) >= count else self._levels
        if self._whole_row and len(levels) > count and changes:
            levels = [one for one in levels if one is not self._whole_row]
        if figures[0].amount and figures[0].amount.unit == "%" and changes and not ref:
            plain = [one for one in levels if one[1] not in ("%", *vocabulary()["units"]["enterprises"])]
            levels = plain if len(plain) >= count else levels
        return [one for one, _ in levels[-count:]] if len(levels) >= count else []

    def _one(
        self, figure: Figure, ref: Ref, explicit: bool, state: _Clause, parts: Sequence[Part], index: int, clause: str
    ) -> Said:
        """Read one number."""
        amount = figure.amount
        if amount and figure.role in ("level", "change") and self._is_count(amount):
            ref = self._counted(amount, ref, parts, index, state, figure)
        if amount and amount.unit == "%" and (ref.item or self._item) and self._covers(parts, index):
            ref = Ref(ref.scope, f"{ref.item or self._item}覆盖率", True)
        if figure.role == "change" and re.fullmatch("增速|增幅|降幅", ref.item or "") and self._item:
            ref = Ref(ref.scope, f"{self._item}{'降幅' if ref.item == '降幅' else '增速'}", False)
        elif (
            figure.role == "level"
            and state.before in ("年均", "月均", "户均", "人均", "平均每年", "平均每户")
            and self._item
        ):
            ref = Ref(ref.scope, state.before + self._item, False)
        elif (
            figure.role == "change"
            and amount
            and amount.unit in POINTS
            and figure.mark
            and figure.mark.text in vocabulary()["verbs"]["of_rates"]
            and not ref.item
        ):
            ref = Ref(ref.scope, f"{self._item}增速", True)
        if (
            figure.role in ("share", "change", "multiple", "comparison", "flat")
            and not ref.known
            and ref.item
            and ref.scope is None
        ):
            if not self._names_item(ref, figure):
                ref = Ref(None, None)
        if figure.role == "comparison" and re.fullmatch("增速|增幅|降幅", ref.item or ""):
            ref = Ref(ref.scope, f"{self._item}{ref.item}", True)
        placed = self._placed(ref)
        if amount and self._is_count(amount) and placed.item and figure.role == "level":
            self._counted_item = placed.item
        if ref.printed == BEHIND:
            self._behind_item = self._counted_item = placed.item or ""
            return self._claim(figure, placed, state, clause)
        if figure.role == "level" and not state.rate and not state.origin:
            self._enter(placed, state, ref.item is not None or ref.scope is not None, ref)
            placed = self._placed(ref) if ref.scope is None else placed
        elif ref.scope is not None:
            self._enter(placed, state, True, ref)
        if state.compared and ref.item is None:
            return replace(self._claim(figure, replace(placed, item=placed.item or "?"), state, clause), waiting=True)
        if ref.item:
            self._item, self._known = placed.item or "", ref.known
            self._printed = ref.printed if ref.known else ""
        if figure.role == "level" and amount and not state.rate and not state.shares:
            self._levels.append((placed, amount.unit))
            self._refs = [placed]
            self._whole_row = self._levels[-1] if state.total else self._whole_row
        if figure.role == "share" and not placed.item and self._behind_item:
            placed = replace(placed, item=self._behind_item)
        return self._claim(figure, placed, state, clause)

    @staticmethod
    def _names_item(ref: Ref, figure: Figure) -> bool:
        """May an unknown phrase before a change be an item? (Not: 增势, 继续, 主要是…)"""
        return bool(ref.item) and 2 <= len(ref.item or "") <= 14 and not re.search(r"[，。是为使因]", ref.item or "")

    @staticmethod
    def _covers(parts: Sequence[Part], index: int) -> bool:
        """Is it said behind the number what it is a rate of (100%全覆盖)?"""
        after = parts[index + 1] if index + 1 < len(parts) else None
        return isinstance(after, Token) and bool(re.match("的?全?覆盖", after.text))

    def _is_count(self, amount: Amount) -> bool:
        units = vocabulary()["units"]
        return amount.unit.lstrip("万亿千百") in units["counts"] and amount.unit not in units["ratio"]

    def _counted(
        self, amount: Amount, ref: Ref, parts: Sequence[Part], index: int, state: _Clause, figure: Figure
    ) -> Ref:
        """Return what is counted: the noun before (查找问题66项) or behind (18项任务) the number."""
        if ref.item and ref.item.endswith("周转"):
            return Ref(ref.scope, (ref.item if len(ref.item) > 2 else f"{self._item}{ref.item}") + "率")
        if amount.unit == "大":
            ref = Ref(None, None)
        behind = ""
        for part in parts[index + 1 :]:
            if isinstance(part, Figures) or part.kind != "WORD" or part.text in "、和与及":
                break
            behind += part.text
        self._consumed = behind
        if state.before.endswith("提前") and re.match("完成|竣工|交付", behind):
            return Ref(None, "提前完成", printed=BEHIND)
        if state.before.endswith("提前") and amount.unit.lstrip("万") in vocabulary()["units"]["durations"]:
            return Ref(None, behind + "提前", printed=BEHIND)
        if re.match("组成|构成", behind) and self._whole_item:
            return Ref(None, f"{self._whole_item}构成", printed=BEHIND)
        if not behind:
            later = (part.text for part in parts[index + 1 :] if isinstance(part, Token) and part.kind == "WORD")
            behind = next((text[1:] for text in later if text.startswith("的")), "")
        if quoted := re.match(r"([^，。“]{2,3})“([^”]+)”", behind):
            return Ref(None, quoted[2] + quoted[1], printed=BEHIND)
        if "”" in behind.partition("“")[0]:
            return Ref(None, behind.partition("”")[0] + "方面", printed=BEHIND)
        behind = re.split(any_of(vocabulary()["after_nouns"]), behind)[0]
        enterprises = amount.unit.lstrip("万") in vocabulary()["units"]["enterprises"]
        own = bare(ref.printed or ref.scope or "")
        if ref.scope and ref.item is None and enterprises and re.search(vocabulary()["status_scopes"], own):
            return Ref(None, f"{own}户数", printed=BEHIND)
        if (
            ref.scope is not None
            and ref.item is None
            and (enterprises or re.search("企业|公司|单位|集团|法人", ref.printed or ref.scope) or not ref.scope)
        ):
            return replace(ref, item="户数", known=True)
        if ref.item in vocabulary()["progress"] and self._counted_item:
            return Ref(None, ref.item + self._counted_item, printed=BEHIND)
        if (
            enterprises
            and ref.item
            and not ref.known
            and re.search(vocabulary()["enterprises_by"], (ref.scope or "") + ref.item)
        ):
            return Ref((ref.scope or "") + ref.item + "企业", "户数", True)
        if ref.scope is not None and ref.item is None:
            return Ref(None, ref.printed or ref.scope)
        if ref.item is not None and (figure.role == "change" or ref.known or len(bare(behind)) < 2):
            return ref
        noun = bare(re.split(r"的|，", behind)[0]) if behind else ""
        if enterprises and noun in ("亏损", "盈利"):
            return Ref(None, f"{noun}企业户数", printed=BEHIND)
        if enterprises and (inside := scope_at_start(noun)):
            noun = self._consumed = inside
        elif enterprises:
            self._consumed = behind
        if not noun and not ref.item and self._counted_item:
            return Ref(None, self._counted_item, printed=BEHIND)
        if work := next((name for name in vocabulary()["works"] if noun.startswith(name)), ""):
            return Ref(None, work, True, BEHIND)
        for classifying in vocabulary()["classifying_nouns"]:
            if noun.startswith(classifying) and len(noun) > len(classifying):
                return Ref(None, (ref.item or "") + noun[len(classifying) :] + classifying, printed=BEHIND)
        if noun and figure.role == "level":
            inner = read_phrase(noun, self._context)
            if inner and inner[0].known and not enterprises:
                return replace(inner[0], printed=BEHIND)
            if enterprises:
                scoped = inner and inner[0].scope is not None
                return replace(inner[0], item="户数", printed=BEHIND) if scoped else Ref(None, noun, printed=BEHIND)
            return Ref(None, noun, printed=BEHIND)
        if enterprises and (not self._item or figure.role == "level"):
            return Ref(ref.scope, "户数", True)
        return ref

    # ---- scope and item

    def _current(self) -> Ref:
        return Ref(self._scope, self._item or None, self._known)

    def _nested(self, scope: str) -> str:
        """Return a scope with the level that it stands under (市级 + 行政单位)."""
        if re.match("全[省市区县州]", scope) and scope[2:] == self.section_scope:
            return self.section_scope
        words = vocabulary()
        outer = re.sub(r"（.*）|企业|单位|国有资产|行政事业性", "", self.section_scope)
        if scope in words["classes_of_levels"] and re.fullmatch(words["levels"], outer):
            return outer + scope
        return scope

    def _placed(self, ref: Ref) -> Ref:
        """Return a ref with scope and item, as far as the talk knows them."""
        if ref.scope is None:
            scope = self._scope
        elif ref.scope == "":
            scope = self.section_scope
        else:
            scope = self._nested(ref.scope)
        item = ref.item if ref.item is not None else self._item or None
        return Ref(scope, item, ref.known if ref.item is not None else self._known)

    def _enter(self, placed: Ref, state: _Clause, explicit: bool, ref: Ref | None = None) -> None:
        """Note whose numbers follow; return to the outer scope where a part's numbers are told."""
        scope = placed.scope or ""
        named = ref is None or ref.scope is not None
        group = self._group
        if not named:
            back = group is not None and group.mid_sentence and group.inherited and ref is not None and ref.item
            if back and group is not None and ref is not None and ref.item not in group.items:
                self._scope, self._group = group.outer, None
            elif group is not None and placed.item:
                group.items.add(placed.item)
            return
        if re.match(r"全[国省市区县州]", scope) or scope == self.section_scope:
            self._scope, self._group = scope, None
            return
        if group is None:
            mid = state.among and self._sentence_figures > 1
            mid = mid or bool(re.fullmatch(vocabulary()["levels"], scope)) or state.later
            group = self._group = _Group(self._scope, mid)
        if scope not in group.scopes:
            group.scopes.append(scope)
        group.inherited = ref is not None and ref.item is None and group.mid_sentence
        if placed.item:
            group.items.add(placed.item)
        self._scope = scope

    def _leftover(self, state: _Clause) -> None:
        """Take the topic of a clause without a number behind (负债方面，), if it is nothing but a topic."""
        words = bare(state.before)
        if not words or len(words) > 30:
            return
        refs = read_phrase(words, self._context)
        if table := re.fullmatch(
            r"(.+?)(?:的)?(?:主要|各项)?(?:经济|财务)?(?:指标|数据|情况)(?:和[^，。]*)?(?:见|如)(?:下表|表\d*|下).*",
            words,
        ):
            refs = [ref for ref in read_phrase(table[1], self._context) if ref.item is None]
        if not refs or not all(ref.known or (ref.scope is not None and ref.item is None) for ref in refs):
            start = topic_at_start(words, self._context)
            refs = [start] if start else []
        if not refs or not all(ref.known or (ref.scope is not None and ref.item is None) for ref in refs):
            return
        if len(refs) > 1:
            return
        ref = refs[0]
        if ref.scope is not None and (len(ref.scope) <= 8 or re.match(vocabulary()["scope_beginnings"], ref.scope)):
            placed = self._placed(ref)
            self._enter(placed, state, True, Ref(ref.scope, ref.item or "", ref.known))
        if ref.item:
            self._item, self._known = ref.item, True

    # ---- what the number is

    @staticmethod
    def _span(figure: Figure) -> tuple[int, int]:
        if figure.amount:
            return figure.amount.start, figure.amount.end
        assert figure.mark is not None
        return figure.mark.start, figure.mark.end

    def _claim(self, figure: Figure, ref: Ref, state: _Clause, clause: str, year: int = 0) -> Said:
        """Return what a number is, its item and scope being known."""
        start, end = self._span(figure)
        amount = figure.amount
        if self._plan or self.plans:
            return Said(amount, start, end, why=PLAN, claims=False)
        if amount and amount.unit.lstrip("万") in vocabulary()["units"]["durations"]:
            if not (ref.item or "").endswith("提前") or ref.item == "提前":
                return Said(amount, start, end, why=STANDARD, claims=False)
        if amount and not amount.unit:
            return Said(amount, start, end, why="读不出单位")
        if not ref.item and figure.role == "loss":
            ref = replace(ref, item="亏损额")
        if not ref.item:
            return Said(amount, start, end, why="读不出是什么的数")
        year = year or state.dated or self._sentence_year or self.year
        _, plain, adjusted = vocabulary()["adjusted"]
        name = adjusted if self._adjusted and ref.item == plain else ref.item
        kind, value, unit, base, item = self._kind(figure, name, state)
        if not kind:
            return Said(amount, start, end, why=value)
        if kind not in ("level", "share") or base:
            year = self._sentence_year or self.year
        if figure.role == "level" and (state.origin and not state.dated):
            year = self._origin_year()
        if state.origin:
            self._from_year = year
        return Said(amount, start, end, kind, ref.scope or "", item, year, value, unit, base)

    def _origin_year(self) -> int:
        """Return the year of the level that a change began at (与2023年底相比，…由1026.6亿元增至)."""
        if self._base.isdigit():
            return int(self._base)
        return self.year - 1

    def _kind(self, figure: Figure, item: str, state: _Clause) -> tuple[str, str, str, str, str]:
        """Return kind, value, unit, base and item of a number; an empty kind with why it has none."""
        amount, mark = figure.amount, figure.mark
        if figure.role == "flat":
            return self._flat(item, mark)
        assert amount is not None
        unit = "个百分点" if amount.unit in POINTS else "个" if amount.unit in ("大", "大体系") else amount.unit
        number = amount.number
        if figure.role == "loss":
            name = "净利润" if mark and "净" in mark.text else item if "利润" in item else "亏损额"
            self._item, self._known = name, True
            return "level", self._signed(number, -1), unit, "", name
        if figure.role == "multiple" and mark and "of" in mark.known:
            return "share", number, unit, "", f"{item}与{bare(mark.known['of'])}之比"
        if figure.role == "multiple":
            year = re.search(r"\d{4}", mark.text) if mark else None
            base = year.group() if year else LAST_YEAR
            self._from_year = int(base) if year else self.year - 1
            return "share", number, unit, base, item
        if figure.role == "comparison":
            assert mark is not None
            other = mark.known["other"]
            return self._compared(item, other, number, 1 if mark.kind == "ABOVE" else -1, unit, state)
        if figure.role == "share" or (state.shares and figure.role == "level"):
            if mark and "plan" in mark.known:
                return "share", number, unit, "", item
            if unit not in ("%", "‰", "成"):
                return "", "占比的单位不是百分数", "", "", ""
            name = item if item.endswith(("占比", "比重")) else item + "占比"
            self._share_item = name
            return "share", number, unit, "", name
        around = self._around  # 同比增长10.2%（市级9.8%、区县11.0%）
        if (
            figure.role == "level"
            and around
            and unit == around.unit == "%"
            and around.kind in ("yoy_pct", "other_base", "cagr")
        ):
            return around.kind, self._signed(number, -1 if around.value.startswith("-") else 1), unit, around.base, item
        if figure.role == "change" or (state.rate and figure.role == "level" and not state.reached):
            sign = (1 if figure.rises else -1) if figure.role == "change" else state.rate
            if number.startswith("-") and sign < 0:
                return "", "下降之后又是负数", "", "", ""
            if mark and "item" in mark.known:
                item = item if "利润" in item and "利" in mark.known["item"] else mark.known["item"]
            of_share = unit == "个百分点" or (unit == "%" and mark and re.match("提高|上升|提升|降低", mark.text))
            if of_share and self._share_item and figure.role == "change":
                item = self._share_item
            elif unit not in ("%", "个百分点"):
                self._share_item = ""
            if self._base_item == "其他" and re.search("增速|增幅|降幅", self._base):
                return self._compared(item, self._base, number, sign, unit, state)
            kind, base = self._change_kind(item, unit, state)
            return kind, self._signed(number, sign), unit, base, item
        if state.reached and self._share_item and unit == "%":
            return "share", number, unit, "", self._share_item
        self._share_item = ""
        if (
            unit == "%"
            and not RATIO.search(item)
            and self._known_money(item)
            and not state.reached
            and not state.origin
        ):
            return "", "百分数前没有说明是增长还是占比", "", "", ""
        item = item + "类别" if unit == "类" and "类" not in item else item
        return "level", number, unit, "", item

    def _flat(self, item: str, mark: Token | None) -> tuple[str, str, str, str, str]:
        unit = next((unit for ref, unit in reversed(self._levels) if ref.item == item), "")
        base = mark.known["base"] if mark else LAST_YEAR
        if unit in ("%",) or RATIO.search(item):
            return (
                ("yoy_pp" if base == LAST_YEAR else "other_base"),
                "0",
                "个百分点",
                "" if base == LAST_YEAR else base,
                item,
            )
        if unit and "元" not in unit:
            return (
                ("yoy_abs" if base == LAST_YEAR else "other_base"),
                "0",
                unit,
                "" if base == LAST_YEAR else base,
                item,
            )
        return ("yoy_pct" if base == LAST_YEAR else "other_base"), "0", "%", "" if base == LAST_YEAR else base, item

    def _compared(
        self, item: str, other: str, number: str, sign: int, unit: str, state: _Clause
    ) -> tuple[str, str, str, str, str]:
        """Return what a comparison with something else in the report is (增速高出营业收入增速2.7个百分点)."""
        words = bare(state.before)
        rate = re.search("增速|增幅|降幅", other)
        if rate and "平均" in other:
            base = re.sub("的?平均(?:增速|增幅|水平|值)*|增速|增幅", "平均", bare(other))
            mine = self._printed if self._printed and not item.endswith("增速") else re.sub("增速$", "", item)
            return "other_base", self._signed(number, sign), unit, base, f"{mine}增速"
        if rate:
            refs = read_phrase(re.sub("增速|增幅|降幅", "", other), self._context)
            name = refs[-1].item if refs and refs[-1].item else other
            own = read_phrase(re.sub(r"(?:增速|增幅|降幅).*", "", words), self._context)
            mine = own[-1].item if own and own[-1].item and own[-1].known else re.sub("(?:增速|增幅|降幅)$", "", item)
            return "other_base", self._signed(number, sign), unit, "其他", f"{mine}增速与{name}增速之差"
        base = re.sub(r"(?:的?水平|平均值)$", "", bare(other))
        return "other_base", self._signed(number, sign), unit, base, item

    def _known_money(self, item: str) -> bool:
        return any(ref.item == item and "元" in unit for ref, unit in self._levels) or item in vocabulary()["items"]

    def _change_kind(self, item: str, unit: str, state: _Clause) -> tuple[str, str]:
        """Return the kind of a change and its base (empty for last year)."""
        if state.average:
            return "cagr", "" if state.average == "?" else state.average
        base = self._base or self._from_base() or self._default_base
        if base != LAST_YEAR:
            return "other_base", base
        ratio = bool(RATIO.search(item)) and not NO_RATIO.search(item)
        if unit in ("倍", "番"):
            return "yoy_pct", ""
        if unit in ("%", "成"):
            return ("yoy_pp" if ratio else "yoy_pct"), ""
        if unit == "个百分点":
            money = item in vocabulary()["items"] and not ratio
            return ("yoy_pct" if money else "yoy_pp"), ""
        return "yoy_abs", ""

    def _from_base(self) -> str:
        """Return the base that a change has by the level it began at, if the sentence names one."""
        if not self._from_year:
            return ""
        return LAST_YEAR if self._from_year == self.year - 1 else str(self._from_year)

    @staticmethod
    def _signed(number: str, sign: int) -> str:
        return number if sign > 0 else number[1:] if number.startswith("-") else f"-{number}"


def _settled(said: list[Said]) -> list[Said]:
    """Give numbers that wait for their item that of the next one."""
    for index in range(len(said) - 2, -1, -1):
        after = said[index + 1]
        if said[index].waiting and not after.waiting and after.item:
            said[index] = replace(said[index], item=after.item, scope=after.scope, waiting=False)
    return said
