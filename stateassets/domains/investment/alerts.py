"""投资: what may not be done, over plan, behind time, ahead of the work, without return."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import now, subject, waiting
from ...alerts.rules import AlertContext, Limit, warning
from ...measures.exact import exact_sums, exactly
from ...tables.hierarchy import above, roots
from ...tables.periods import end_of_month, month_end

MODULE = "investment"
PROGRESS = "investment_progress"
QUARTER = 3  # months
ABROAD, MINORITY, SPECIAL = "境外：", "不控股：", "特别监管："


def projects(context: AlertContext) -> pd.DataFrame:
    """Return the investments as they stand."""
    found = context.frames["investments"]
    return now(found[found["started_on"] <= context.as_of], context.as_of)


def unfinished(context: AlertContext) -> pd.DataFrame:
    """Return the investments that are past their date, month by month."""
    return waiting(context.frames["investments"], "due_on", "finished_on", context.as_of)


def mature(context: AlertContext) -> pd.DataFrame:
    """Return the investments that were finished long enough ago to give a return."""
    months = int(context.limit("return_months"))
    found = projects(context)
    return found[found["finished_on"] + pd.DateOffset(months=months) <= context.as_of]


def treated(context: AlertContext) -> pd.Series:
    """Return how the negative list treats each investment, empty if it is not on the list."""
    kinds = context.frames["investment_list"].set_index("id")["treatment"]
    return context.frames["investments"]["list_id"].map(kinds).fillna("")


def banned(context: AlertContext) -> pd.DataFrame:
    """Return the investments as they stand, with whether the negative list forbids them."""
    found = projects(context)
    return found.assign(forbidden=treated(context).loc[found.index] == "forbidden")


def reasons(context: AlertContext) -> pd.Series:
    """Return why each investment needs an approval of its own, empty if it does not."""
    rows = context.frames["investments"]
    why = pd.Series("", index=rows.index).mask(treated(context) == "special", SPECIAL)
    why = why.mask(rows["share"] <= context.limit("control_share"), MINORITY)
    return why.mask(rows["place"] == "abroad", ABROAD)


def unapproved(context: AlertContext) -> pd.DataFrame:
    """Return the investments that need an approval of their own, month by month."""
    rows, why = context.frames["investments"], reasons(context)
    rows = rows.assign(title=why + rows["title"])[why != ""]
    return waiting(rows, "started_on", "approved_on", context.as_of)


def progress(context: AlertContext) -> pd.DataFrame:
    """Return each unfinished project's quarters: time, work and money as per cent of the whole.

    ``elapsed`` goes to 100 in a straight line from the start to the planned end, ``spent`` is the
    money put in so far of the approved total, and ``progress`` the work done.
    """
    rows = context.frames[PROGRESS]
    rows = rows.assign(rows=rows.index + 2, period=quarter_end(rows))
    rows = rows[rows["period"] <= month_end(context.as_of)]
    columns = ["id", "enterprise_id", "title", "business", "planned", "invested_before", "started_on", "due_on"]
    owners = context.frames["investments"][columns].rename(columns={"id": "investment_id"})
    rows = rows.merge(owners, on="investment_id")
    rows = rows.sort_values(["investment_id", "period"], ignore_index=True)
    keys = [rows["investment_id"], rows["year"]]
    spent = exactly(
        rows[["invested_before", "amount"]], lambda a: a["invested_before"] + a["amount"].groupby(keys).cumsum()
    )
    planned_days = (rows["due_on"] - rows["started_on"]).dt.days
    elapsed = (rows["period"] - rows["started_on"]).dt.days / planned_days * 100
    return rows.assign(
        spent=spent / rows["planned"] * 100,
        elapsed=elapsed.clip(0, 100),
        subject=subject(rows.assign(id=rows["investment_id"])),
    )


def quarter_end(rows: pd.DataFrame) -> pd.Series:
    """Return the last day of each quarter."""
    return end_of_month(rows["year"], rows["quarter"] * QUARTER)


def so_far(context: AlertContext) -> pd.DataFrame:
    """Return what each group did in the year so far, beside its plan for the whole year."""
    heads = roots(above(context.frames))
    rows = progress(context)
    rows["enterprise_id"] = rows["enterprise_id"].map(heads)
    rows["outside"] = rows["amount"].where(rows["business"] == "non_main", 0.0)
    keys = ["enterprise_id", "year"]
    whole = context.frames[PROGRESS].merge(
        context.frames["investments"][["id", "enterprise_id"]].rename(columns={"id": "investment_id"})
    )
    whole["enterprise_id"] = whole["enterprise_id"].map(heads)
    plan = exact_sums(whole, keys, "planned_amount").rename("year_plan").reset_index()
    done = exact_sums(rows, [*keys, "period"], ["amount", "outside"]).rename(columns={"amount": "done"})
    found = done.assign(rows=rows.groupby([*keys, "period"])["rows"].agg(tuple)).reset_index()
    found = found.sort_values([*keys, "period"], ignore_index=True)
    sums = exactly(found[["done", "outside"]], lambda a: a.groupby([found[key] for key in keys]).cumsum())
    return found.assign(done=sums["done"], outside=sums["outside"], subject="").merge(plan, on=keys)


@warning(MODULE, projects, "investments", decimals=1, message="{subject}超出批准总投资{value}")
def investment_over(invested, planned):
    """累计完成投资超出批准总投资的比例"""
    return (invested - planned) / planned * 100


@warning(
    MODULE, so_far, PROGRESS, "investments", "enterprises", decimals=1, message="为止本年完成投资超出全年计划{value}"
)
def investment_year_over(done, year_plan):
    """一级企业集团本年各项目累计完成投资，超出全年计划投资的比例"""
    return (done - year_plan) / year_plan * 100


@warning(MODULE, banned, "investments", "investment_list", message="{subject}属于禁止投资，已投入{value}")
def investment_banned(invested, forbidden):
    """投资负面清单列为禁止的项目，累计完成投资"""
    return invested * forbidden


@warning(
    MODULE,
    unapproved,
    "investments",
    "investment_list",
    message="末{subject}已投入{value}而没有专项批准",
    limits=(Limit("control_share", 1, 100),),
)
def investment_unapproved(invested, open):
    """特别监管、境外和不控股的投资，已经出资而没有专项批准的累计完成投资"""
    return invested * open


@warning(
    MODULE, so_far, PROGRESS, "investments", "enterprises", decimals=1, message="为止本年完成投资中非主业占{value}"
)
def investment_non_main(outside, done):
    """一级企业集团本年累计完成投资中，非主业投资的比重"""
    return outside / done * 100


@warning(MODULE, progress, PROGRESS, "investments", decimals=1, message="末{subject}的形象进度落后时间进度{value}")
def investment_slow(elapsed, progress):
    """从开工到计划完成的时间已过去的比例，减去形象进度"""
    return elapsed - progress


@warning(MODULE, progress, PROGRESS, "investments", decimals=1, message="末{subject}的投资进度超前形象进度{value}")
def investment_ahead(spent, progress):
    """累计完成投资占批准总投资的比例，减去形象进度"""
    return spent - progress


@warning(MODULE, unfinished, "investments", message="末{subject}逾期{value}没有完成")
def investment_late(days):
    """计划完成日期以后仍没有完成的天数"""
    return days


@warning(
    MODULE,
    mature,
    "investments",
    decimals=1,
    message="{subject}的回报率与可研相差{value}",
    limits=(Limit("return_months", 1, 240),),
)
def investment_idle(yearly_return, invested, expected_return):
    """投产满规定月数的项目，实际年回报率与可研年回报率之差，占可研年回报率的比重"""
    return (yearly_return / invested * 100 - expected_return) / expected_return * 100
