"""Can a scheme of evaluation be run: weights that add up, standards in order, known measures?"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import pandas as pd

from ...measures.measures import KINDS
from ...measures.registry import REGISTRY
from ...tables.checking import CENT, CheckedTable, Frames, check, each_row
from ...tables.data_errors import Fault
from ...tables.declared import DataPackage
from .guards import VETO
from .scheme import ASSESSED, BASIC, CORRECTIVE, FULL_MARKS, NEUTRAL, REDISTRIBUTE, ROLES
from .scoring import BAND, BANDS, LESS, MORE

INDICATORS, WEIGHTS = "evaluation_indicators", "evaluation_weights"


@check(INDICATORS, WEIGHTS)
def weights_add_up(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Each set of weights (a class's or an enterprise's, of one role) adds up to 100."""
    weights = CheckedTable(package, frames, WEIGHTS)
    frame = _with_indicators(frames)
    for (_, kind, enterprise, role), rows in frame.groupby(["scheme", "class", "enterprise_id", "role"], sort=False):
        whole = float(rows["weight"].sum())
        if abs(whole - FULL_MARKS) > CENT:
            whose = enterprise or weights.table.labels["class"].get(kind, "各类通用")
            yield weights.fault(
                rows.index[0],
                "weight",
                f"{whose}的{ROLES[role]}指标权重合计{whole:g}",
                f"{FULL_MARKS:g}",
                "改正权重，使这一组加起来正好是一百",
            )


@check(INDICATORS, WEIGHTS)
def weights_are_of_indicators(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every weight is an indicator's of its scheme, and a class that is used has weights."""
    weights, indicators = (CheckedTable(package, frames, name) for name in (WEIGHTS, INDICATORS))
    known = set(indicators.frame[["scheme", "id"]].itertuples(index=False, name=None))
    for index, row in each_row(weights.frame):
        if (row["scheme"], row["indicator"]) not in known:
            yield weights.fault(index, "indicator", f"“{row['indicator']}”", "这套办法里的指标")
    if "evaluation_subjects" not in frames:
        return
    subjects = CheckedTable(package, frames, "evaluation_subjects")
    frame = _with_indicators(frames)
    for scheme, rows in frame[frame["role"] == BASIC].groupby("scheme", sort=False):
        own = rows[rows["enterprise_id"] == ""]
        for index, kind in subjects.frame["class"].drop_duplicates().items():
            if not own["class"].isin(["", kind]).any():
                yield subjects.fault(
                    index,
                    "class",
                    f"评价办法{scheme}没有{subjects.table.labels['class'][kind]}的权重",
                    "用到的类别都有权重",
                    "在评价权重表里补上",
                )


@check(INDICATORS, WEIGHTS)
def corrections_fit_their_part(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A part's corrective indicators weigh as much as its basic ones, so that the coefficient is
    a mean; and only a corrective indicator can be left out as making no correction."""
    indicators, weights = (CheckedTable(package, frames, name) for name in (INDICATORS, WEIGHTS))
    for index, row in each_row(indicators.frame):
        allowed = {CORRECTIVE: (NEUTRAL, REDISTRIBUTE)}.get(row["role"])
        wrong = row["missing"] not in allowed if allowed else row["missing"] == NEUTRAL
        if wrong:
            labels = indicators.table.labels
            yield indicators.fault(
                index,
                "missing",
                labels["missing"][row["missing"]],
                "修正指标只能不作修正或者由其他指标分担，其他指标不能不作修正",
            )
    frame = _with_indicators(frames)
    keys = ["scheme", "class", "enterprise_id", "part"]
    for key, rows in frame.groupby(keys, sort=False):
        sums = rows.groupby("role")["weight"].sum()
        if CORRECTIVE in sums and abs(sums[CORRECTIVE] - sums.get(BASIC, 0.0)) > CENT:
            yield weights.fault(
                rows.index[rows["role"] == CORRECTIVE][0],
                "weight",
                f"{key[-1]}的修正指标权重合计{sums[CORRECTIVE]:g}",
                f"与基本指标相同，{sums.get(BASIC, 0.0):g}",
            )


@check(INDICATORS)
def indicators_are_measured(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """An indicator names measures that are registered; who is assessed names none."""
    indicators = CheckedTable(package, frames, INDICATORS)
    for index, row in each_row(indicators.frame):
        if row["role"] == ASSESSED and row["measure"]:
            yield indicators.fault(index, "measure", f"“{row['measure']}”", "定性指标空着")
        for column in ("measure", "denominator"):
            name, _, kind = row[column].partition(".")
            if name and (name not in REGISTRY or kind not in KINDS):
                yield indicators.fault(index, column, f"“{row[column]}”", "登记的指标编号")


@check(INDICATORS, "evaluation_standards")
def standards_are_in_order(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """From 优秀 to 较差 the standards only get worse; a band belongs to who is best in one."""
    standards = CheckedTable(package, frames, "evaluation_standards")
    rows = frames[INDICATORS][["scheme", "id", "direction"]].itertuples(index=False, name=None)
    directions = {(scheme, key): direction for scheme, key, direction in rows}
    for index, row in each_row(standards.frame):
        direction = directions.get((row["scheme"], row["indicator"]))
        if direction is None:
            yield standards.fault(index, "indicator", f"“{row['indicator']}”", "这套办法里的指标")
            continue
        values = [float(row[band]) for band in BANDS]
        in_order = sorted(values, reverse=direction == MORE)
        if values != in_order or (direction == BAND and values[0] < 0):
            words = "依次降低" if direction == MORE else "依次升高"
            yield standards.fault(index, "excellent", "、".join(f"{v:g}" for v in values), f"从优秀到较差{words}")
        yield from _band(standards, index, row, direction)


def _band(standards: CheckedTable, index: Hashable, row: pd.Series, direction: str) -> Iterator[Fault]:
    low, high = row["best_from"], row["best_to"]
    if direction in (MORE, LESS) and not (pd.isna(low) and pd.isna(high)):
        yield standards.fault(index, "best_from", "有最佳区间", "只有适中最好的指标填")
    if direction == BAND and not low <= high:
        yield standards.fault(index, "best_from", "没有最佳区间，或下限高于上限", "下限不高于上限")


@check("evaluation_grades")
def grades_reach_down_to_nought(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """Every score has a grade: the lowest grade begins at nought, no two at the same score."""
    grades = CheckedTable(package, frames, "evaluation_grades")
    for scheme, rows in grades.frame.groupby("scheme", sort=False):
        if rows["from_score"].min() != 0 or rows["from_score"].duplicated().any():
            yield grades.fault(
                rows.index[-1],
                "from_score",
                f"{scheme}的起始分有重复，或最低一级不从零分起",
                "各级起始分不同，最低一级从零分起",
            )


@check("evaluation_schemes")
def schemes_are_complete(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A scheme's coefficients fall from 优秀 to 较差, and it has grades and shares."""
    schemes = CheckedTable(package, frames, "evaluation_schemes")
    for index, row in each_row(schemes.frame):
        values = [row[band] for band in BANDS]
        if values != sorted(values, reverse=True):
            yield schemes.fault(index, "excellent", "、".join(f"{v:g}" for v in values), "依次降低")
        if pd.isna(row["correction_from"]) != pd.isna(row["correction_to"]):
            yield schemes.fault(index, "correction_from", "只填了一头", "上下限都填，或都空着")
        for name in ("evaluation_grades", "evaluation_shares"):
            if name in frames and not (frames[name]["scheme"] == row["scheme"]).any():
                yield schemes.fault(
                    index,
                    "scheme",
                    f"{package.tables[name].title}里没有这套办法",
                    "每套办法都有",
                    f"在{package.tables[name].title}里补上",
                )


@check("evaluation_guards")
def guards_say_what_they_cost(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A deduction has points, a veto a highest grade that exists."""
    guards = CheckedTable(package, frames, "evaluation_guards")
    known = set(frames["evaluation_grades"]["grade"]) if "evaluation_grades" in frames else None
    for index, row in each_row(guards.frame):
        if row["action"] != VETO and pd.isna(row["points"]):
            yield guards.fault(index, "points", "空白", "扣分的规则写明扣几分")
        if row["action"] == VETO and known is not None and row["cap_grade"] not in known:
            yield guards.fault(index, "cap_grade", f"“{row['cap_grade']}”", "评价等级表里的等级")


@check(INDICATORS, "evaluation_scores")
def scores_are_of_assessed_items(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """What assessors scored is an item that some scheme assesses."""
    scores = CheckedTable(package, frames, "evaluation_scores")
    indicators = frames[INDICATORS]
    items = set(indicators[indicators["role"] == ASSESSED]["id"])
    for index in scores.frame.index[~scores.frame["item"].isin(items)]:
        yield scores.fault(index, "item", f"“{scores.frame.at[index, 'item']}”", "评价指标表里的定性指标")


@check("evaluation_targets")
def targets_are_of_indicators(package: DataPackage, frames: Frames) -> Iterator[Fault]:
    """A target is set for a registered measure."""
    targets = CheckedTable(package, frames, "evaluation_targets")
    for index, name in targets.frame["indicator"].items():
        if name not in REGISTRY:
            yield targets.fault(index, "indicator", f"“{name}”", "登记的指标编号")


def _with_indicators(frames: Frames) -> pd.DataFrame:
    """Return the weights with role and part of their indicators, rows numbered as they were."""
    about = frames[INDICATORS][["scheme", "id", "role", "part"]]
    about = about.rename(columns={"id": "indicator"})
    merged = frames[WEIGHTS].reset_index().merge(about, on=["scheme", "indicator"])
    return merged.set_index("index")
