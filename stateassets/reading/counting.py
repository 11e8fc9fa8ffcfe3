"""What is counted: enterprises of a scope, or the noun before or behind the number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from .kinds import Kinds
from .nouns import Ref, bare, is_scope, read_phrase, scope_at_start, scope_name
from .phrases import Amount, Figure, Figures, Part
from .said import BEHIND, Clause
from .tokens import Token
from .vocabulary import any_of, vocabulary


class Counting(Kinds):
    """A talk that knows what its counts are of."""

    @staticmethod
    def _covers(parts: Sequence[Part], index: int) -> bool:
        """Is it said behind the number what it is a rate of (100%全覆盖)?"""
        after = parts[index + 1] if index + 1 < len(parts) else None
        return isinstance(after, Token) and bool(re.match("的?全?覆盖", after.text))

    def _is_count(self, amount: Amount) -> bool:
        units = vocabulary()["units"]
        return amount.unit.lstrip("万亿千百") in units["counts"] and amount.unit not in units["ratio"]

    @staticmethod
    def _singled_out(own: str) -> bool:
        """Does a phrase single out some of the enterprises (没有报送的企业有3户)?"""
        told = re.fullmatch(r"(.{2,}的)(?:[一二三四五]级)?(?:企业|单位|公司)", own)
        usual = f"监管|出资|所属|纳入|{any_of(vocabulary()['counted_as'])}"
        return told is not None and not re.search(usual, told[1])

    def _first_tier_of_whole(self, ref: Ref) -> bool:
        """Are they the first-tier enterprises among those counted just before (国有企业67户，其中一级企业14户)?

        Who they belong to makes them a scope of their own (国资办履行出资人职责的一级企业).
        """
        told = self._sentence_figures > 1 and bool(self._levels) and self._levels[-1][0].item == "户数"
        first = re.fullmatch(vocabulary()["first_tier"], ref.scope or "")
        return told and first is not None and "出资" not in (ref.printed or "")

    def _counted(
        self, amount: Amount, ref: Ref, parts: Sequence[Part], index: int, state: Clause, figure: Figure
    ) -> Ref:
        """Return what is counted: the noun before (查找问题66项) or behind (18项任务) the number."""
        if ref.item and ref.item.endswith("周转"):
            return Ref(ref.scope, (ref.item if len(ref.item) > 2 else f"{self._item}{ref.item}") + "率")
        if amount.unit == "大":
            ref = Ref(None, None)
        behind = ""
        for part in parts[index + 1 :]:
            if isinstance(part, Figures) or part.kind != "WORD":
                break
            together = any(one.startswith(behind + part.text) for one in vocabulary()["held_together"])
            if part.text in "、和与及" and not together:
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
        before = parts[index - 1] if index else None
        of_them = isinstance(before, Token) and before.text == "中"
        alone = not bare(state.before) and amount.unit in vocabulary()["units"]["enterprises"]
        if alone and (of_them or re.match("[均都中]", behind)):
            return Ref(None, "")  # 6户中4户达到目标值: some of those spoken of before
        standing = re.fullmatch("(?:国有)?(?:企业|单位|公司)?(?:出现|发生|实现|保持)?(亏损|盈利)", behind)
        work = next((name for name in vocabulary()["works"] if behind.startswith(name)), "")
        behind = work or re.split(any_of(vocabulary()["after_nouns"]), behind)[0]
        enterprises = amount.unit.lstrip("万") in vocabulary()["units"]["enterprises"]
        own = bare(ref.printed or ref.scope or "")
        if enterprises and standing and ref.item is None:
            return Ref(None, f"{standing[1]}企业户数", printed=BEHIND)
        if enterprises and not ref.known and (action := re.match(vocabulary()["done_to_enterprises"], behind)):
            self._consumed = action.group()
            return Ref(None, f"{action[1]}企业", printed=BEHIND)  # 完成4户企业公司制改制: not all there are
        if (
            enterprises
            and (rest := re.search("(其余|其他|其它|剩余|另外)的?$", state.before))
            and behind[:2] in ("企业", "公司", "")
        ):
            self._consumed = behind[:2]
            return Ref(f"{rest[1]}{amount.number}{amount.unit}企业", "户数", True, BEHIND)
        if enterprises and re.fullmatch("参股|控股|全资", behind):
            return Ref(f"{behind}企业", "户数", True, BEHIND)
        if enterprises and ref.item is None and re.fullmatch("全[国省市区县州]", ref.scope or ""):
            noun = bare(behind)
            noun = noun if is_scope(noun) else scope_at_start(noun)
            if noun and scope_name(noun):  # 全省3200余家行政事业单位接入平台
                self._consumed = noun
                return Ref(scope_name(noun), "户数", True, BEHIND)
        if enterprises and ref.item in vocabulary()["trades"]:
            return Ref(ref.item, "户数", True)
        if (
            enterprises
            and not ref.known
            and (chosen := re.search("(抽查|抽审|延伸调查|调研)[^，。；]*$", state.before))
        ):
            self._consumed = next((noun for noun in ("企业", "单位", "公司") if behind.startswith(noun)), "")
            return Ref(f"{chosen[1]}{self._consumed or '企业'}", "户数", True, BEHIND)
        doing = re.match("[^，。；的]{2,}的(?:国有)?(?:企业|单位|公司)", behind)
        if enterprises and ref.item is None and ref.scope is None and doing:  # 8户承担防疫任务的企业
            self._consumed = doing.group()
            return Ref(None, "户数", True, BEHIND)
        done = state.before.strip("，、和并")
        if done in vocabulary()["progress"] and self._counted_item and not enterprises and len(bare(behind)) < 2:
            return Ref(None, done + self._counted_item, printed=BEHIND)
        if ref.scope and ref.item is None and enterprises and re.search(vocabulary()["status_scopes"], own):
            return Ref(None, f"{own}户数", printed=BEHIND)
        if enterprises and ref.item is None and re.match(vocabulary()["disposed"], own):
            return Ref(None, f"{own}户数", printed=BEHIND)  # 清理退出低效企业9户: not whose numbers follow
        if enterprises and ref.item is None and state.before.endswith("涉及"):
            return Ref("涉及企业", "户数", True, BEHIND)
        if enterprises and ref.item is None and self._singled_out(own):
            return Ref(own, "户数", True, BEHIND)
        of_level = re.fullmatch("(?:全[省市区县州])?[省市区县州][属管直级]", ref.scope or "")
        if (
            enterprises
            and of_level
            and ref.item is None
            and (noun := re.match(vocabulary()["enterprise_nouns"], behind))
        ):
            self._consumed = noun.group()  # 区属14家国企全年实现营收…
            return Ref(f"{ref.scope}{noun.group()}", "户数", True, BEHIND)
        if enterprises and ref.item is None and self._first_tier_of_whole(ref):
            return Ref(None, "一级企业户数", True)
        if enterprises and (those := re.fullmatch("[、，]?对(.+)的", state.before)) and behind.startswith("企业"):
            self._consumed = "企业"
            return Ref(None, f"{those[1]}企业", printed=BEHIND)  # 对区国资委直接监管的12家企业开展审计
        if (
            ref.scope is not None
            and ref.item is None
            and (enterprises or re.search("企业|公司|单位|集团|法人", ref.printed or ref.scope) or not ref.scope)
        ):
            return replace(ref, item="户数", known=True)
        if not ref.item and not behind and re.fullmatch("(?:截至|到|至)?已?完成", state.before) and self._counted_item:
            return Ref(None, f"完成{self._counted_item}", printed=BEHIND)
        if enterprises and ref.known and ref.item in vocabulary()["items"] and ref.item != "户数":
            return replace(ref, item="户数")  # 资产负债率超过70%的有12家
        if ref.item and ref.item in vocabulary()["progress"] and self._counted_item:
            return Ref(None, ref.item + self._counted_item, printed=BEHIND)
        if (
            enterprises
            and ref.item
            and not ref.known
            and re.search(vocabulary()["enterprises_by"], (ref.scope or "") + ref.item)
        ):
            return Ref(
                (ref.scope or "") + ref.item + ("子公司" if "子公司" in self._sentence else "企业"), "户数", True
            )
        if re.fullmatch("[全我本][省市区县州]", ref.scope or "") and ref.item is None and len(bare(behind)) > 1:
            ref = Ref(None, None)  # 全区尚有86处房产未办证
        if ref.scope is not None and ref.item is None:
            return Ref(None, ref.printed or ref.scope)
        if behind in vocabulary()["classifying_nouns"] and ref.item and not ref.known:
            return Ref(None, ref.item + behind, printed=BEHIND)  # 明显提升的5个方面
        if ref.item is not None and (figure.role == "change" or ref.known or len(bare(behind)) < 2):
            of_households = enterprises and state.among and self._item == "户数" and not ref.known
            return Ref(ref.scope, f"{ref.item}户数", printed=BEHIND) if of_households else ref
        noun = bare(re.split(r"的|，", behind)[0]) if behind else ""
        if enterprises and noun in ("企业", "单位", "公司") and re.search(vocabulary()["objects_of"], state.before):
            return Ref(None, f"{self._consumed[-2:]}{noun}户数", printed=BEHIND)  # 对4户企业开展审计
        if enterprises and noun in ("亏损", "盈利"):
            return Ref(None, f"{noun}企业户数", printed=BEHIND)
        some = re.match("(?:区属|市属|县属)?集团公司|集团|公司", noun)
        if enterprises and some and not ref.item and not is_scope(noun[some.end() :]):  # 三家集团: not all there are
            self._consumed = some.group()
            return Ref(f"{amount.number}{amount.unit}{some.group()}", "户数", True, BEHIND)
        if enterprises and is_scope(noun):
            self._consumed = noun
        elif enterprises and (inside := scope_at_start(noun)):
            noun = self._consumed = inside
        elif enterprises:
            self._consumed = behind
        if not noun and not ref.item and self._counted_item:
            return Ref(None, self._counted_item, printed=BEHIND)
        if work := next((name for name in vocabulary()["works"] if noun.startswith(name)), ""):
            return Ref(None, work, True, BEHIND)
        for classifying in vocabulary()["classifying_nouns"]:
            if noun and behind.endswith(noun + classifying):
                return Ref(None, noun + classifying, printed=BEHIND)  # 8个重要工作方面
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
        unnamed = not bare(state.before) and ref.scope is None and self._item != "户数" and "户数" not in self.section
        if enterprises and unnamed and not self._sentence.strip("0123456789余多近约" + amount.unit):
            return Ref(None, "")  # a cell that begins with 1户: which ones, it does not say
        if enterprises and (not self._item or figure.role == "level"):
            return Ref(ref.scope, "户数", True)
        return ref
