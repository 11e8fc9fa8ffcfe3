"""What kind of number it is once its item and scope are known: level, growth, points, change, share."""

from __future__ import annotations

import re
from dataclasses import replace

from .nouns import Ref, bare, is_scope, read_phrase
from .phrases import Figure
from .said import LAST_YEAR, NO_RATIO, PLAN, POINTS, RATIO, STANDARD, Clause, Said
from .talk import Talk
from .tokens import Token
from .vocabulary import item_names, vocabulary

SPELL = re.compile("(?:日|天数|时间|时长|时限|周期|期限|年限|工期|账期|龄)$")  # items that are printed in days or years
PULLED = re.compile("(?:拉动|下拉|拉低|拉高|带动|推动)[^，。；]{2,}$")
NO_ITEM = r"\s*[没不未率有无仍]?"  # what is left of a phrase that names nothing


def _whole(figure: Figure) -> str:
    """Return what a share is said to be of: 总资产, 全市, 年度计划; empty if it is not said."""
    said = figure.mark.known if figure.mark else {}
    return said.get("plan") or bare(said.get("whole", "")) or bare(said.get("of", ""))


def _hedge(figure: Figure) -> str:
    """Return how a share is meant by the word before its whole (不足营业收入的7.5%)."""
    before = figure.mark.text if figure.mark else ""
    hedges = vocabulary()["hedges"].items()
    return next((name for name, words in hedges for word in words if before.startswith(word)), "")


def _fits(item: str, unit: str) -> bool:
    """May a number of a unit be of an item? (Not 户数 in 亿元, not 资产总额 in 户.)"""
    words = vocabulary()
    plain = unit.lstrip("万亿千百")
    if item == "户数":
        return plain in (*words["units"]["enterprises"], "个", "所")
    if item == "职工人数":
        return plain in ("人", "名")
    if plain in words["units"]["enterprises"] and item in item_names():
        return False
    if plain in ("个", "项", "家", "人") and RATIO.search(item) and not NO_RATIO.search(item):
        return False
    return item not in words["money_items"] or "元" in unit or unit in words["units"]["money"]


class Kinds(Talk):
    """A talk that tells the kinds of numbers apart."""

    @staticmethod
    def _span(figure: Figure) -> tuple[int, int]:
        if figure.amount:
            return figure.amount.start, figure.amount.end
        assert figure.mark is not None
        return figure.mark.start, figure.mark.end

    def _claim(self, figure: Figure, ref: Ref, state: Clause, year: int = 0) -> Said:
        """Return what a number is, its item and scope being known."""
        start, end = self._span(figure)
        amount = figure.amount
        began = state.origin and not state.reached and figure.role == "level"  # 力争由12户压减到8户
        undone = re.search("(?:尚未|仍未|没有|未)(?:完成|办结|整改|处置)的$", state.before)  # 继续推进尚未完成的2项措施
        if (self._plan or (self.plans and not self._told)) and not began and not undone:
            later = not re.search("全年|今年|本年|年内|年度计划", self._sentence)
            return self._target(figure, ref, self._sentence_year or self.year + later)
        lead_time = (ref.item or "").endswith("提前") and ref.item != "提前"
        measured = amount is not None and len(amount.number.partition(".")[0]) > 2  # 运行8936小时
        spell = lead_time or measured or SPELL.search(ref.item or "")
        if amount and amount.unit.lstrip("万") in vocabulary()["units"]["durations"] and not spell:
            return Said(amount, start, end, why=STANDARD, claims=False)
        if amount and re.search("[—至-]", amount.number[1:]):
            return Said(amount, start, end, why="是一段范围，不是一个数")
        if amount and not amount.unit:
            return Said(amount, start, end, why="读不出单位")
        of_itself = figure.role == "change" and figure.mark and figure.mark.known.get("item")
        if of_itself and amount and "元" in amount.unit and (not ref.item or ref.item == "户数"):
            ref = replace(ref, item=of_itself)  # 其余8户合计减亏0.92亿元
        if not ref.item and figure.role == "loss":
            ref = replace(ref, item="亏损额")
        counted = (*vocabulary()["units"]["enterprises"], "个")
        level = figure.role == "level" and not state.rate and not state.shares
        if level and amount and ref.item == "户数" and amount.unit.lstrip("万") not in counted:
            like = [one.item for one, unit in reversed(self._levels) if unit == amount.unit and one.item != "户数"]
            if self._by_item and "元" in amount.unit:
                like, self._item, self._known = [self._by_item], self._by_item, True
            ref = replace(ref, item=next(iter(like), None))  # what else was told in such a unit
        if level and not ref.item and self._measured and state.later and not state.before:
            ref = replace(ref, item=self._measured)  # 专项债券11个项目7.35亿元: the same in another unit
        counts = amount is not None and amount.unit.lstrip("万") in vocabulary()["units"]["counts"]
        asset = ref.item == "资产总额" and self._printed in ("资产", "国有资产")
        if level and counts and amount and amount.unit not in counted and asset:
            ref = replace(ref, item=self._printed, known=False)  # 涉及资产1523件
        if figure.role == "share" and not ref.item and ref.scope:
            ref = replace(ref, item="占比")  # 房地产业占比51.9%: of what is told nowhere
        if (
            not ref.item
            or re.fullmatch(NO_ITEM, ref.item)
            or re.match("不足|不到|相当于|约为|[比较](?!.*(?:溢价|折价|率)$)", ref.item)
        ):
            return Said(amount, start, end, why="读不出是什么的数")
        of_some = re.match("个别|部分|少数|一些|有的|有些|某些", f"{ref.scope or ref.item}")
        named = of_some and amount and ref.scope and amount.unit in vocabulary()["units"]["enterprises"]
        scope = (ref.scope or "")[of_some.end() :] if of_some and named else ref.scope or ""  # 部分平台公司…的有58家
        if (of_some and not named) or re.match("个别|有的", ref.item):
            return Said(amount, start, end, why="没有说明是哪几家的")
        if undone and self._plan:
            year = self.year
        year = year or state.dated or (self._sentence_year or self._topic_year or self.year)
        _, plain, adjusted = vocabulary()["adjusted"]
        name = adjusted if self._adjusted and ref.item == plain else ref.item
        kind, value, unit, base, item = self._kind(figure, name, state)
        if not kind:
            return Said(amount, start, end, why=value)
        if kind not in ("level", "share") or base:
            year = self._now if self._part_dated else max([self._now, *self._years_told])
            year = state.dated if state.origin and state.dated and figure.role == "change" else year
        absolute = unit not in (*vocabulary()["units"]["ratio"], "番")
        if kind in ("level", "yoy_abs", "other_base") and absolute and not _fits(item, unit):
            self._item, self._known = "", False
            return Said(amount, start, end, why="单位对不上是什么的数")
        if figure.role in ("level", "loss") and (state.origin and not state.dated):
            year = self.year if self._plan or self.plans else self._origin_year()
        if state.origin and figure.role in ("level", "loss"):
            self._from_year = year
        of = _whole(figure) if kind == "share" else self._part_of_told(kind, unit, item, ref.scope or "")
        if kind == "share" and amount and not amount.qualifier:
            amount = replace(amount, qualifier=_hedge(figure))
        if self._period and not (figure.role == "level" and state.origin):
            scope = f"{scope or self.whole}（{self._period}）"
        elif self._of_whole_year(item, year):
            scope = f"{scope or self.whole}（全年）"  # beside ten months: not to be compared with those
        if kind == "share":
            self._shares_told.append((item, scope))
        self._last = Said(amount, start, end, kind, scope, item, year, value, unit, base, of)
        return self._last

    def _of_whole_year(self, item: str, year: int) -> bool:
        """Is a number of a report on a part of the year the flow of another year, the whole of it?"""
        if not self.part_of_year or year >= self.year or self.told_in_part(year):
            return False
        if not re.search(vocabulary()["flows"], item):
            return False
        if year == self.year - 1 and re.search("(?:上|去|上一)年全年", self._sentence):
            return True
        told = rf"{year}年(?:度|全年)?(?![末底初]|\d|[—至]|[一二三四]季度|[上下]半年|前)"
        return bool(re.search(told, self._sentence + self._looks_back + self.section.removeprefix(self.title)))

    def _part_of_told(self, kind: str, unit: str, item: str, scope: str) -> str:
        """Return what a level is a part of (少计资产3919.63万元，其中：房屋2318.60万元), empty if nothing says so."""
        whole = self._parts_of
        if whole is None or kind != "level" or unit != whole.unit or (item, scope) == (whole.item, whole.scope):
            return ""
        return whole.item

    def _target(self, figure: Figure, ref: Ref, year: int) -> Said:
        """Return a number that is planned: a target if it is of something, else no claim at all."""
        start, end = self._span(figure)
        amount = figure.amount
        nothing = not ref.item or re.fullmatch(NO_ITEM, ref.item) is not None
        if amount is None or not amount.unit or nothing or re.search("[—至-]", amount.number[1:]):
            return Said(amount, start, end, why=PLAN, claims=False)
        value = self._signed(amount.number, 1 if figure.role != "change" or figure.rises else -1)
        item = re.sub(
            "^(?:前|(?:计划|预计|拟|安排|力争)?实现|计划|预计|拟|安排)(?=..)", "", ref.item or ""
        )  # 年底前办结, 计划盘活资产
        return Said(amount, start, end, "target", ref.scope or "", item, year, value, amount.unit)

    def _origin_year(self) -> int:
        """Return the year of the level that a change began at (与2023年底相比，…由1026.6亿元增至)."""
        if self._base.isdigit():
            return int(self._base)
        told = self._dated if len(self._dated) > 1 else self._last_years
        if self._whole_span and not self._origin and not self._dated and not self._sentence_year:
            return self._whole_span[0]
        began = self._heading_spans[-1][1] if self._heading_spans else self.began
        return self._origin or (min(told) if len(told) > 1 else began or self.year - 1)

    def _kind(self, figure: Figure, item: str, state: Clause) -> tuple[str, str, str, str, str]:
        """Return kind, value, unit, base and item of a number; an empty kind with why it has none."""
        amount, mark = figure.amount, figure.mark
        if figure.role == "flat":
            return self._flat(item, mark)
        assert amount is not None
        unit = "个百分点" if amount.unit in POINTS else "个" if amount.unit in ("大", "大体系") else amount.unit
        number = amount.number
        if figure.role == "loss":
            name = (
                "净利润"
                if mark and "净" in mark.text
                else item
                if "利润" in item and mark and "额" not in mark.text
                else "亏损额"
            )
            name = "利润总额" if state.origin and name == "亏损额" else name  # 由亏损1960万元转为盈利520万元
            self._item, self._known = name, True
            return "level", self._signed(number, -1), unit, "", name
        if figure.role == "multiple" and mark and "of" in mark.known:
            other = bare(mark.known["of"])
            if is_scope(other):  # 事业单位的资产是行政单位的2.1倍: the same item of somebody else
                self._beside = other
                return "share", number, unit, "", item
            if re.search("平均(?:水平|值|数)?$", other):
                return "share", number, unit, "", item  # 是全省平均水平的1.6倍
            return "share", number, unit, "", f"{item}与{other}之比"
        if figure.role == "multiple":
            if mark and "base" in mark.known:
                return "share", number, unit, mark.known["base"], item  # 是“十二五”时期的1.4倍
            year = re.search(r"\d{4}", mark.text) if mark else None
            base = year.group() if year else LAST_YEAR
            self._from_year = int(base) if year else self.year - 1
            base = LAST_YEAR if self._from_year == self._now - 1 else base
            return "share", number, unit, base, item
        if figure.role == "comparison":
            assert mark is not None
            other = mark.known["other"]
            if re.fullmatch(r"(?:上年|去年|上一年)(?:同期|年?[末底])?(?:的?水平)?", other):
                self._base = LAST_YEAR
                kind, base = self._change_kind(item, unit, state)
                return kind, self._signed(number, 1 if mark.kind == "ABOVE" else -1), unit, base, item
            return self._compared(item, other, number, 1 if mark.kind == "ABOVE" else -1, unit, state)
        again = self._last if unit == "成" and figure.role == "level" and not bare(state.before) else None
        if again and again.kind == "yoy_pct" and again.item == item and not state.shares:
            return again.kind, self._signed(number, -1 if again.value.startswith("-") else 1), unit, "", item
        told = self._last if unit == "%" and figure.role == "level" and not bare(state.before) else None
        if told and told.kind == "share" and told.unit == "成" and item in (told.item, told.item.removesuffix("占比")):
            return "share", number, unit, "", told.item  # 占比超过七成，为73.8%
        part = unit == "成" and not RATIO.search(item) and not (state.rate or state.reached or state.origin)
        if figure.role == "share" or (figure.role == "level" and (state.shares or (part and not self._around))):
            if mark and ("plan" in mark.known or re.search("平均(?:水平|值|数)?$", mark.known.get("whole", ""))):
                return "share", number, unit, "", item
            if unit == "倍":
                return "share", number, unit, "", item  # 政府补助为利润总额的1.6倍
            if unit not in ("%", "‰", "成"):
                return "", "占比的单位不是百分数", "", "", ""
            name = item if item.endswith(("占比", "比重")) else item + "占比"
            if item == "研发经费投入" and mark and re.search("营业|收入", mark.known.get("whole", "")):
                name = "研发经费投入强度"  # 研发费用1.34亿元，占营业收入的1.06%
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
        if figure.role == "change" and mark and mark.text.startswith("流失") and "元" in unit:
            return "level", number, unit, "", "国有资产流失"
        if figure.role == "change" or (state.rate and figure.role == "level" and not state.reached):
            enterprises = unit in vocabulary()["units"]["enterprises"] and re.search("户数$|企业$", item)
            if mark and re.match("压减|精简", mark.text) and (item == "户数" or enterprises) and not self._base:
                return "level", number, unit, "", f"{mark.text[:2]}户数"  # 法人户数压减87户: done over a while
            sign = (1 if figure.rises else -1) if figure.role == "change" else state.rate
            lost = self._last is not None and self._last.item == item and self._last.value.startswith("-")
            if lost and "利润" in item and mark and mark.text.startswith(("收窄", "缩小")):
                sign = 1  # 利润总额亏损0.36亿元，收窄57.4%
            if number.startswith("-") and sign < 0:
                return "", "下降之后又是负数", "", "", ""
            if mark and "item" in mark.known and (per := re.search("[户人平]均年?$", state.before)):
                return "level", number, unit, "", per.group() + mark.text  # 带动农户16.8万户，户均增收2150元
            if mark and "item" in mark.known:
                named = mark.known["item"]
                kept = ("利润", "利") if "利" in named else ("收入", "收入")
                own = re.search("(?:收益|租金|税[费金收]|价款)$", item) and "收" in named
                item = item if own or (kept[0] in item and kept[1] in named) or item == "亏损额" else named
                if unit == "%" and "幅度" in mark.text:  # 减亏幅度: what part of last year's loss, no growth of profit
                    return "share", number, unit, "", item
            of_share = unit == "个百分点" or (unit == "%" and mark and re.match("提高|上升|提升|降低", mark.text))
            if of_share and self._share_item and figure.role == "change":
                item = self._share_item
            elif unit not in ("%", "个百分点"):
                self._share_item = ""
            of_rate = re.search("(?:增速|降幅)$", item) and self._names_known(self._base)
            last = self._last if mark and mark.known.get("beside") and not self._beside else None
            if last and last.kind == "other_base" and last.unit == unit:
                averaged = re.search("([两三四五六七八九]年)平均", state.before)  # 按两年平均则高4.4个百分点
                name = re.sub("增速.*", f"{averaged[1]}平均增速", last.item) if averaged else last.item
                return last.kind, self._signed(number, sign), unit, last.base, name
            if mark and mark.known.get("beside") and self._beside:
                self._base, self._base_item = self._beside, "其他"
            if self._base_item == "其他" and (of_rate or re.search("增速|增幅|降幅", self._base)):
                return self._compared(item, self._base, number, sign, unit, state)
            kind, base = self._change_kind(item, unit, state, number)
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
        if item == "亏损额" and not number.startswith("-"):
            number = self._signed(number, -1)  # 亏损额合计126.3亿元
        return "level", number, unit, "", item

    def _flat(self, item: str, mark: Token | None) -> tuple[str, str, str, str, str]:
        """Return what 持平 is: a change of nought, in points of a ratio, in units of what is counted, else in per cent."""
        told = next((unit for ref, unit in reversed(self._levels) if ref.item == item), "")
        base = mark.known["base"] if mark else LAST_YEAR
        if told == "%" or RATIO.search(item):
            kind, unit = "yoy_pp", "个百分点"
        elif told and "元" not in told:
            kind, unit = "yoy_abs", told
        else:
            kind, unit = "yoy_pct", "%"
        return (kind, "0", unit, "", item) if base == LAST_YEAR else ("other_base", "0", unit, base, item)

    def _compared(
        self, item: str, other: str, number: str, sign: int, unit: str, state: Clause
    ) -> tuple[str, str, str, str, str]:
        """Return what a comparison with something else in the report is (增速高出营业收入增速2.7个百分点)."""
        clause = bare(state.before)
        if (own_rate := re.search("(?:增速|降幅)$", item)) and self._names_known(other):
            name = read_phrase(other, self._context)[-1].item
            return "other_base", self._signed(number, sign), unit, "其他", f"{item}与{name}{own_rate.group()}之差"
        rate = re.search("增速|增幅|降幅", other)
        if rate and "平均" in other:
            base = re.sub("的?平均(?:增速|增幅|水平|值)*|增速|增幅", "平均", bare(other))
            mine = self._printed if self._printed and not item.endswith("增速") else re.sub("增速$", "", item)
            return "other_base", self._signed(number, sign), unit, base, f"{mine}增速"
        if rate:
            refs = read_phrase(re.sub("增速|增幅|降幅", "", other), self._context)
            name = refs[-1].item if refs and refs[-1].item else other
            own = read_phrase(re.sub(r"(?:增速|增幅|降幅).*", "", clause), self._context)
            own = [self._longer(ref) for ref in own]
            mine = (
                own[-1].item
                if own and own[-1].item and own[-1].known
                else re.sub("(?:占比)?(?:增速|增幅|降幅)?$", "", item)
            )
            mine = mine if name.endswith("余额") else mine.removesuffix("余额")  # beside 各项贷款增速
            return "other_base", self._signed(number, sign), unit, "其他", f"{mine}增速与{name}增速之差"
        plain = other if other.endswith("平均") else bare(other)
        base = re.sub(r"(?:的?水平|平均值)$", "", plain) or other  # 整体水平 is called so
        return "other_base", self._signed(number, sign), unit, base, item

    def _names_known(self, words: str) -> bool:
        """Is a phrase nothing but the name of an item that the vocabulary knows?"""
        refs = read_phrase(words, self._context) if words else []
        return len(refs) == 1 and refs[0].known and refs[0].scope is None

    def _known_money(self, item: str) -> bool:
        return any(ref.item == item and "元" in unit for ref, unit in self._levels) or item in vocabulary()["items"]

    def _change_kind(self, item: str, unit: str, state: Clause, number: str = "?") -> tuple[str, str]:
        """Return the kind of a change and its base (empty for last year)."""
        if state.average:
            return "cagr", "" if state.average == "?" else state.average
        if unit == "个百分点" and PULLED.search(state.before):
            return "other_base", "其他"  # 拉动全市固定资产投资增长0.9个百分点
        month = state.month and not state.before and unit not in ("%", "个百分点")
        told = "上月" if month else self._from_base() or self._dated_base()
        if re.search("[超短]收$", self._sentence.rpartition(number)[0]):
            told = "预算"  # 收缴国有资本收益7846万元，超收346万元
        base = self._base or told or self._default_base
        if base != LAST_YEAR:
            return "other_base", base
        ratio = bool(RATIO.search(item)) and not NO_RATIO.search(item)
        if unit in ("倍", "番"):
            return "yoy_pct", ""
        if unit in ("%", "成"):
            return ("yoy_pp" if ratio else "yoy_pct"), ""
        of_rates = re.search("增速|增幅|跑赢", self._sentence) and not item.endswith(("增速", "增幅", "降幅"))
        if unit == "个百分点" and not ratio and of_rates:
            return "other_base", "其他"  # 两项增速分别跑赢全市国企6.3个百分点
        if unit == "个百分点":
            money = item in vocabulary()["items"] and not ratio
            return ("yoy_pct" if money else "yoy_pp"), ""
        return "yoy_abs", ""

    def _dated_base(self) -> str:
        """Return the base that a change has by the levels of two years told before it, if they were."""
        if len(self._dated) < 2:
            return ""
        return LAST_YEAR if min(self._dated) == self._now - 1 else str(min(self._dated))

    def _from_base(self) -> str:
        """Return the base that a change has by the level it began at, if the sentence names one."""
        if not self._from_year:
            return ""
        return LAST_YEAR if self._from_year == self.year - 1 else str(self._from_year)

    @staticmethod
    def _signed(number: str, sign: int) -> str:
        return number if sign > 0 else number[1:] if number.startswith("-") else f"-{number}"
