"""What is counted: enterprises of a scope, or the noun before or behind the number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from .kinds import Kinds
from .nouns import PLACE, Ref, bare, is_generic, is_organisation, is_scope, read_phrase, scope_at_start, scope_name
from .phrases import Amount, Figure, Figures, Part
from .said import BEHIND, Clause
from .tokens import Token
from .vocabulary import any_of, vocabulary


@dataclass(frozen=True)
class _Count:
    """A count and the words around it: ``noun`` are those behind it up to where what happens to it begins."""

    amount: Amount
    ref: Ref  # what the phrase before it names
    before: str
    words: str
    noun: str
    own: str  # the phrase before it without what is not part of it
    enterprises: bool  # counted in 户 or 家
    of_them: bool  # 6户中4户
    among: bool
    level: bool
    change: bool


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
        """Return what is counted: the noun before (查找问题66项) or behind (18项任务) the number.

        The first rule that knows the words around the number decides.
        """
        if ref.item and ref.item.endswith("周转"):
            return Ref(ref.scope, (ref.item if len(ref.item) > 2 else f"{self._item}{ref.item}") + "率")
        unnamed = amount.unit == "大" or state.before.endswith("等")  # 甲公司、乙公司等6家: some of those
        count = self._count(amount, Ref(None, None) if unnamed else ref, parts, index, state, figure)
        rules = (
            self._by_words_behind,
            self._some_of_those,
            self._by_what_is_done,
            self._by_who_they_are,
            self._by_noun_before,
            self._by_noun_behind,
        )
        found = next((found for rule in rules if (found := rule(count)) is not None), count.ref)
        self._measured = (ref.item if ref.item and not ref.known else found.item) or ""
        return found

    def _count(
        self, amount: Amount, ref: Ref, parts: Sequence[Part], index: int, state: Clause, figure: Figure
    ) -> _Count:
        """Return a count with the words around it; those behind it are taken as part of it."""
        words = ""
        for part in parts[index + 1 :]:
            if isinstance(part, Token) and words and re.fullmatch("（[省市区县州、]+）", part.text):
                words += part.text  # 3个县（市）
                break
            if isinstance(part, Figures) or part.kind != "WORD":
                break
            if part.text in "、和与及" and not _held(words, parts[index + 1 :]):
                break
            words += part.text
        enterprises = amount.unit.lstrip("万") in vocabulary()["units"]["enterprises"]
        if enterprises and self._names_known(words) and _a_limit(parts[index + 2 : index + 3]):
            words = ""  # 其中6户营业收入超过20亿元: what they were counted by
        words = _before_an_amount(words, parts[index + 1 :])
        self._consumed = words
        if not words:
            later = (part.text for part in parts[index + 1 :] if isinstance(part, Token) and part.kind == "WORD")
            words = next((text[1:] for text in later if text.startswith("的")), "")
        with_measure = vocabulary()["counted_with"].get(amount.unit.lstrip("万千百"), "(?!)")
        if (counted := re.match(f"(?:{with_measure})(?=[^，。；的]{{2}})", words)) and figure.role == "level":
            self._consumed = words = counted.group()
        if ref.item and not ref.known and (counted := re.match(with_measure, ref.item)):
            ref = replace(ref, item=counted.group())
        found_wrong = f"(?<=..)(?:{vocabulary()['found_wrong']})|(?<=[县市区])应(?=[收缴])"
        if doing := re.search(f"(?:{found_wrong})(?=[^，。；]{{2,}})", words):
            self._consumed = words = words[: doing.start()]  # 11个部门未经批准出租房屋4.36万平方米
        if (body := re.match(vocabulary()["bodies_counted"], words)) and amount.unit in ("个", "家"):
            self._consumed = words = body.group()
        work = next((name for name in vocabulary()["works"] if words.startswith(name)), "")
        noun = work or _noun_of(words)
        self._consumed = (
            _until_next_item(words, noun, parts[index + 1 :]) if self._consumed == words else self._consumed
        )
        last = parts[index - 1] if index else None
        return _Count(
            amount=amount,
            ref=ref,
            before=state.before,
            words=words,
            noun=noun,
            own=bare(ref.printed or ref.scope or ""),
            enterprises=enterprises,
            of_them=isinstance(last, Token) and last.text == "中",
            among=state.among,
            level=figure.role == "level",
            change=figure.role == "change",
        )

    def _by_words_behind(self, count: _Count) -> Ref | None:
        """What is done ahead of time, parts of a whole, names in quotes, a body and its units."""
        words = count.words
        units = re.match("(?:所属|下属|直属|二级)(?:预算|事业)?单位", words)
        if units and re.search("(?:本级|机关|本部)[及和与]$", count.before):
            self._consumed = units.group()
            self._scope, self._group = self.section_scope, None
            return Ref(None, units.group(), printed=BEHIND)  # 局本级及6个所属单位账面资产23.47亿元
        if count.amount.unit.lstrip("万") in ("人", "名") and (dealt := re.match(vocabulary()["dealt_with"], words)):
            return Ref(None, f"{dealt[1]}人数", printed=BEHIND)  # 14人受到处理处分
        if count.before.endswith("提前") and re.match("完成|竣工|交付", words):
            return Ref(None, "提前完成", printed=BEHIND)
        if count.before.endswith("提前") and count.amount.unit.lstrip("万") in vocabulary()["units"]["durations"]:
            return Ref(None, words + "提前", printed=BEHIND)
        if re.match("组成|构成", words) and self._whole_item:
            return Ref(None, f"{self._whole_item}构成", printed=BEHIND)
        if quoted := re.match(r"([^，。“]{2,3})“([^”]+)”", words):
            return Ref(None, quoted[2] + quoted[1], printed=BEHIND)
        if "”" in words.partition("“")[0]:
            return Ref(None, words.partition("”")[0] + "方面", printed=BEHIND)
        return None

    def _some_of_those(self, count: _Count) -> Ref | None:
        """Some of the enterprises told of, by how they stand or by being the rest."""
        if not count.enterprises:
            return None
        alone = not bare(count.before) and count.amount.unit in vocabulary()["units"]["enterprises"]
        if alone and (count.of_them or re.match("[均都]|中(?![央小介])", count.words)):
            return Ref(None, "")  # 6户中4户达到目标值: some of those spoken of before
        some = re.search("([^，。；、]{2,}(?:增长|下降|超过|低于|达到|下滑|回落|增加|减少))的有?$", count.before)
        if some and not bare(count.noun):
            return Ref(f"{bare(some[1])}的企业", "户数", True, BEHIND)  # 营业收入正增长的8户
        standing = re.fullmatch("(?:国有)?(?:企业|单位|公司)?(?:出现|发生|实现|保持)?(亏损|盈利)", count.words)
        if standing and count.ref.item is None:
            return Ref(None, f"{standing[1]}企业户数", printed=BEHIND)
        best = re.search("([^，。；、]*?)(?:最[高多大好低少小差]|居?前|排名?靠前)的?$", count.before)
        if best and count.noun[:2] in ("企业", "公司"):  # 利润最高的5户企业合计28.61亿元
            by = read_phrase(best[1], self._context) if best[1] else []
            self._by_item = by[-1].item or "" if by and by[-1].known else ""
            self._consumed = count.noun[:2]
            return Ref(f"{count.amount.number}{count.amount.unit}{count.noun[:2]}", "户数", True, BEHIND)
        rest = re.search("(其余|其他|其它|剩余|另外)的?$", count.before)
        if rest and count.noun[:2] in ("企业", "公司", ""):
            self._consumed = count.noun[:2]
            return Ref(f"{rest[1]}{count.amount.number}{count.amount.unit}企业", "户数", True, BEHIND)
        return None

    def _by_what_is_done(self, count: _Count) -> Ref | None:
        """Enterprises that something is done with: they are not all there are, nor whose numbers follow."""
        ref, noun = count.ref, count.noun
        done = count.before.strip("，、和并")
        if not count.enterprises:
            before = self._counted_item or self._last_counted[0] * (self._last_counted[1] == count.amount.unit)
            done = re.sub("^(?:截至目前|目前|现)?已(?=..)", "", done)
            progress = done in vocabulary()["progress"] and before and len(bare(noun)) < 2
            return Ref(None, done + before, printed=BEHIND) if progress else None
        taken = re.search("[将把]$", count.before) is not None  # 将23户企业整合组建为5大集团
        if not ref.known and (action := re.match(vocabulary()["done_to_enterprises"], count.words if taken else noun)):
            self._consumed = action.group()
            return Ref(None, f"{action[1]}企业", printed=BEHIND)  # 完成4户企业公司制改制
        seen = re.search(f"({vocabulary()['visits']})了?[^，。；的]{{0,10}}?(企业|单位|公司)$", count.before)
        if seen and not ref.known:
            return Ref(None, seen[1] + seen[2], printed=BEHIND)  # 走访市级国有企业12户
        chosen = re.search("(抽查|抽审|延伸调查|调研)[^，。；]*$", count.before)
        visited = re.match("(企业|单位|公司)(?:开展|进行)了?(?:专题|实地|重点|专项)*(调研|调查|抽查|检查)", count.words)
        if visited and not ref.known and not re.match("[、，]?对", count.before):
            self._consumed = visited.group()
            return Ref(None, visited[2] + visited[1], printed=BEHIND)  # 赴9户企业开展了调研
        if chosen and not ref.known:
            self._consumed = next((one for one in ("企业", "单位", "公司") if noun.startswith(one)), "")
            return Ref(f"{chosen[1]}{self._consumed or '企业'}", "户数", True, BEHIND)
        doing = re.match("[^，。；的]{2,}的(?:国有)?(?:企业|单位|公司)", noun)
        if ref.item is None and ref.scope is None and doing:  # 8户承担防疫任务的企业
            self._consumed = doing.group()
            return Ref(None, "户数", True, BEHIND)
        gone = re.search(f"(?:{vocabulary()['disposed']}){{2,}}(.{{2,}}(?:企业|公司))$", count.before)
        if gone and ref.item and not ref.known:
            return Ref(None, gone[1], printed=BEHIND)  # 清理注销低效无效企业13户
        if ref.item is None and re.match(f"{vocabulary()['disposed']}|{vocabulary()['set_up']}", count.own):
            return Ref(None, f"{count.own}户数", printed=BEHIND)  # 清理退出低效企业9户
        gone = re.search(
            f"(?:^|[，、]|累计|共|已|全年)(?:{vocabulary()['disposed']})([^的]{{2,8}}(?:企业|公司))$", count.before
        )
        if gone and ref.scope and ref.item is None:
            return Ref(None, gone[1], printed=BEHIND)  # 清理低效无效企业34户
        if ref.item is None and count.before.endswith("涉及"):
            return Ref("涉及企业", "户数", True, BEHIND)
        if (those := re.fullmatch("[、，]?对(.+)的", count.before)) and noun.startswith("企业"):
            self._consumed = "企业"
            return Ref(None, f"{those[1]}企业", printed=BEHIND)  # 对区国资委直接监管的12家企业开展审计
        return None

    def _by_who_they_are(self, count: _Count) -> Ref | None:
        """Enterprises by what is said of them before and right behind their number."""
        ref, noun = count.ref, count.noun
        if not count.enterprises:
            return None
        listed = read_phrase(count.before, self._context)
        several = len(listed) > 1 and all(one.scope and not one.item for one in listed)
        if several and count.amount.number == str(len(listed)):  # 甲集团、乙集团和丙集团三家企业营业收入合计…
            plain = next((one for one in ("企业", "集团", "公司", "单位") if noun.startswith(one)), "")
            named = "" if plain else scope_at_start(noun)  # 县城投公司、县交投公司两家平台公司资产合计
            self._consumed = plain or named
            return Ref(named or f"{count.amount.number}{count.amount.unit}{plain or '企业'}", "户数", True, BEHIND)
        if re.fullmatch("参股|控股|全资", noun):
            return Ref(f"{noun}企业", "户数", True, BEHIND)
        if ref.item in vocabulary()["trades"]:
            return Ref(ref.item, "户数", True)
        if ref.item is not None:
            return None
        if re.fullmatch("全[国省市区县州]", ref.scope or ""):
            units = bare(noun)
            units = units if is_scope(units) else scope_at_start(units)
            if units and scope_name(units):  # 全省3200余家行政事业单位接入平台
                self._consumed = units
                return Ref(scope_name(units), "户数", True, BEHIND)
        theirs = re.match(vocabulary()["theirs"], noun)
        if (
            ref.scope
            and theirs
            and (PLACE.fullmatch(ref.scope) or ref.scope.endswith(("国资委", "国资局", "财政局", "财政厅")))
        ):
            self._consumed = theirs.group()
            own = theirs.group().removeprefix(ref.scope[-1])
            return Ref(f"{ref.scope}{own}", "户数", True, BEHIND)  # 省国资委23户监管企业营业收入…
        if ref.scope and re.search(vocabulary()["status_scopes"], count.own):
            apart = self._group and re.search("全资|控股|[一二三四]级", self._scope) and not count.among
            if self._group and (self._group.mid_sentence or apart) and self._group.items == {"户数"}:
                self._scope, self._group = self._group.outer, None  # 其中一级企业3户、全资子公司19户: beside those
            return Ref(None, f"{count.own}户数", printed=BEHIND)
        tier = re.fullmatch("(.+)的([一二三四]级(?:国有)?(?:企业|公司))", count.own)
        if tier and self._names_known(bare(tier[1])):
            return Ref(tier[2], "户数", True)  # 资产规模超千亿元的一级企业42户
        if self._singled_out(count.own):
            return Ref(count.own, "户数", True, BEHIND)
        of_level = re.fullmatch("(?:全[省市区县州])?[省市区县州][属管直级]", ref.scope or "")
        if of_level and (kind := re.match(vocabulary()["enterprise_nouns"], noun)):
            self._consumed = kind.group()  # 区属14家国企全年实现营收…
            return Ref(f"{ref.scope}{kind.group()}", "户数", True, BEHIND)
        if self._first_tier_of_whole(ref):
            return Ref(None, "一级企业户数", True)
        return None

    def _by_noun_before(self, count: _Count) -> Ref | None:
        """What the phrase before the number names."""
        ref, noun, enterprises = count.ref, count.noun, count.enterprises
        if ref.item and not ref.known and (run := re.fullmatch(vocabulary()["run_by_them"], ref.item)):
            return Ref(ref.scope, run["what"])
        # 运营污水处理厂16座, 全市公立医院37家
        if ref.item and not ref.known and not enterprises and (done := _done_to_things(ref.item)):
            return Ref(ref.scope, done)  # 办公设备通过公物仓调剂68台
        book = (
            re.search(vocabulary()["kept_in_books"], self._sentence)
            if ref.item in ("在册", "登记在册", "在账")
            else None
        )
        if book and len(bare(noun)) < 2:
            return Ref(ref.scope, book["what"])  # 建立闲置资产台账，在册736处
        institutions = re.sub(
            "^(?:(?:全|我|本)[国省市区县州])?(?:运营|运维|经营|管理|建有|接管|托管)?", "", ref.scope or ""
        )
        if ref.item is None and is_generic(institutions):
            return Ref(None, institutions, printed=BEHIND)  # 公立医院37家: what is counted, not whose
        body = is_organisation(ref.scope or "") or re.search("企业|公司|单位|集团", ref.printed or ref.scope or "")
        things = not enterprises and count.amount.unit not in ("个", "所") and len(bare(noun)) > 1
        if ref.scope and ref.item is None and body and (things or (is_organisation(ref.scope) and len(bare(noun)) > 1)):
            return Ref(ref.scope, bare(noun), printed=BEHIND)  # 某区疾控中心3台检测仪器, 行政事业单位214宗土地
        whose = ref.item is None and ref.scope is not None
        if whose and (enterprises or not ref.scope or re.search("企业|公司|单位|集团|法人", ref.printed or ref.scope)):
            return replace(ref, item="户数", known=True)
        if not ref.item and not noun and re.fullmatch("(?:截至|到|至)?已?完成", count.before) and self._counted_item:
            return Ref(None, f"完成{self._counted_item}", printed=BEHIND)
        if enterprises and ref.known and ref.item in vocabulary()["items"] and ref.item != "户数":
            return replace(ref, item="户数")  # 资产负债率超过70%的有12家
        graded = ref.item and not ref.known and re.search(f"{vocabulary()['grades']}的?$", count.before)
        if graded and self._counted_item and not enterprises and len(bare(noun)) < 2:
            return Ref(
                None, f"{ref.item}的{self._counted_item.removeprefix('重点')}", printed=BEHIND
            )  # 对6个项目评价，结果为优的4个
        if ref.item and ref.item in vocabulary()["progress"] and self._counted_item:
            return Ref(None, ref.item + self._counted_item, printed=BEHIND)
        named = (ref.scope or "") + (ref.item or "")
        if enterprises and ref.item and not ref.known and re.search(vocabulary()["enterprises_by"], named):
            named = named.removeprefix("中")  # 76户企业中亏损19户
            self._consumed = noun if is_scope(noun) else scope_at_start(noun)  # 监管的15户一级企业资产总额…
            return Ref(named + ("子公司" if "子公司" in self._sentence else "企业"), "户数", True)
        if ref.scope is not None and ref.item is None:
            everything = re.fullmatch("[全我本][省市区县州]", ref.scope)
            if PLACE.fullmatch(ref.scope) and not everything and len(bare(noun)) > 1:
                return Ref(ref.scope, bare(noun), printed=BEHIND)  # 乙县完成37项技术攻关
            # 全区尚有86处房产未办证: the noun behind says of what
            return None if everything and len(bare(noun)) > 1 else Ref(None, ref.printed or ref.scope)
        if noun in vocabulary()["classifying_nouns"] and ref.item and not ref.known:
            item = re.sub("(?<=..)(?:细化|分解|梳理|归纳|归并|概括|整理)+$", "", ref.item)  # 将审议意见分解为5个方面
            return Ref(None, item + noun, printed=BEHIND)  # 明显提升的5个方面
        if ref.item is not None and (count.change or ref.known or len(bare(noun)) < 2):
            listed = count.among or (self._parts_of is not None and self._parts_of.item == "户数")
            of_households = enterprises and listed and self._item == "户数" and not ref.known
            return Ref(ref.scope, f"{ref.item}户数", printed=BEHIND) if of_households else ref
        return None

    def _by_noun_behind(self, count: _Count) -> Ref | None:
        """What the noun behind the number names, where the phrase before it names nothing."""
        item = count.ref.item
        noun = bare(re.split(r"的|，", count.noun)[0]) if count.noun else ""
        if count.enterprises:
            if noun in ("企业", "单位", "公司") and re.search(vocabulary()["objects_of"], count.before):
                return Ref(None, f"{self._consumed[-2:]}{noun}户数", printed=BEHIND)  # 对4户企业开展审计
            if noun in ("亏损", "盈利"):
                return Ref(None, f"{noun}企业户数", printed=BEHIND)
            some = re.match("(?:区属|市属|县属)?集团公司|集团|公司", noun)
            if some and re.match("中(?![央小介])", count.words[some.end() :]):
                return Ref(None, f"{some.group()}户数", printed=BEHIND)  # 8家集团公司中，5家盈利
            if some and not item and not is_scope(noun[some.end() :]):  # 三家集团: not all there are
                self._consumed = some.group()
                return Ref(f"{count.amount.number}{count.amount.unit}{some.group()}", "户数", True, BEHIND)
            noun = noun if is_scope(noun) else scope_at_start(noun) or noun
            if not item and is_scope(noun) and re.match(vocabulary()["troubled"], noun):
                self._consumed = noun
                return Ref(None, f"{noun}户数", printed=BEHIND)  # 两家高风险机构退出名单
            self._consumed = noun if is_scope(noun) else count.noun
        if not noun and not item and self._counted_item:
            return Ref(None, self._counted_item, printed=BEHIND)
        if not noun and not item and count.noun in vocabulary()["classifying_nouns"]:
            return Ref(None, count.noun, printed=BEHIND)  # 提出4个方面13条审议意见
        if work := next((name for name in vocabulary()["works"] if noun.startswith(name)), ""):
            return Ref(None, work, True, BEHIND)
        for classifying in vocabulary()["classifying_nouns"]:
            if noun and count.noun.endswith(noun + classifying):
                return Ref(None, noun + classifying, printed=BEHIND)  # 8个重要工作方面
            if noun.startswith(classifying) and len(noun) > len(classifying):
                return Ref(None, (item or "") + noun[len(classifying) :] + classifying, printed=BEHIND)
        units = scope_at_start(noun) if count.amount.unit == "个" and count.level else ""
        if re.search("(?:单位|企业|机构|部门)$", units) and read_phrase(noun[len(units) :], self._context)[-1].known:
            self._consumed = units
            return Ref(scope_name(units), "户数", True, BEHIND)  # 全市1286个行政事业单位资产总额…
        if noun and count.level:
            inner = read_phrase(noun, self._context)
            if inner and inner[0].known and not count.enterprises:
                return replace(inner[0], printed=BEHIND)
            if count.enterprises and inner and inner[0].scope is not None:
                return replace(inner[0], item="户数", printed=BEHIND)
            return Ref(None, noun, printed=BEHIND)
        return self._all_that_are_told(count)

    def _all_that_are_told(self, count: _Count) -> Ref | None:
        """A number of enterprises that nothing names: all of the scope that is told of."""
        everything = re.fullmatch("[全我本][省市区县州]", count.ref.scope or "") is not None
        ref = Ref(None, None) if everything and count.ref.item is None else count.ref
        unnamed = not bare(count.before) and ref.scope is None and self._item != "户数" and "户数" not in self.section
        if count.enterprises and unnamed and not self._sentence.strip("0123456789余多近约" + count.amount.unit):
            return Ref(None, "")  # a cell that begins with 1户: which ones, it does not say
        if count.enterprises and (not self._item or count.level):
            return Ref(ref.scope, "户数", True)
        return ref


def _a_limit(behind: Sequence[Part]) -> bool:
    """Is the next number one that something lies above or below (超过20亿元)?"""
    figures = next((part.figures for part in behind if isinstance(part, Figures)), ())
    return bool(figures) and figures[0].amount is not None and figures[0].amount.qualifier in ("over", "nearly")


def _done_to_things(item: str) -> str:
    """Return what is counted by words that say what was done to things or people, empty where they do not.

    清查闲置低效房产; 办公设备通过公物仓调剂; 退休人员社会化管理移交.
    """
    if moved := re.fullmatch("([^，。、]{2,8})通过[^，。、]{2,10}(调剂|处置|盘活|转让|出租|拍卖)", item):
        return moved[2] + moved[1]
    if people := re.fullmatch("([^，。、]{0,6}(?:人员|职工))[^，。、]{2,10}(?:移交|安置|分流)", item):
        return people[1]
    looked = re.fullmatch("(?:清查|摸排|盘点)出?([^，。、]{4,})", item)
    return looked[1] if looked else ""


def _held(words: str, behind: Sequence[Part]) -> bool:
    """Is the next mark between words behind a number inside what is one name (服务业小微企业和个体工商户)?"""
    text = "".join(part.text for part in takewhile(lambda part: isinstance(part, Token), behind))  # type: ignore[union-attr]
    names = re.finditer(any_of(vocabulary()["held_together"]), text)
    return any(found.start() < len(words) < found.end() for found in names)


def _noun_of(words: str) -> str:
    """Return the words up to where what happens to it begins, at the first of them only if no name begins so (在谈项目)."""
    whole = next((one for one in vocabulary()["whole_beginnings"] if words.startswith(one)), "")
    noun = whole + re.split(any_of(vocabulary()["after_nouns"]), words[len(whole) :])[0]
    return re.sub("(?<=..)(?:监管|负责|细化|分解|归纳|归并|划分)$", "", noun)


def _until_next_item(words: str, noun: str, behind: Sequence[Part]) -> str:
    """Return the noun alone where what happens to it names the next number (24个项目形成损失3.1亿元), else all the words."""
    next_one = next((part for part in behind if isinstance(part, Figures) or part.kind != "WORD"), None)
    money = isinstance(next_one, Figures) and next_one.figures[0].amount and "元" in next_one.figures[0].amount.unit
    happens = re.match("形成|造成|存在|发生|带来|产生|导致|虚增|少计|多计|欠缴|拖欠|违规", words[len(noun) :])
    return noun if noun and money and happens else words


def _before_an_amount(words: str, behind: Sequence[Part]) -> str:
    """Return the words behind a count without those of the amount that comes next (两支基金认缴规模45亿元)."""
    last = next((at for at, part in enumerate(behind) if isinstance(part, Figures)), None)
    if last is None or "".join(part.text for part in behind[:last] if isinstance(part, Token)) != words:
        return words
    found = re.fullmatch(f"(.{{2,}}?)(?:{vocabulary()['amounts_of_counted']})", words)
    return found[1] if found and not is_scope(found[1]) else words
