"""项目资金: projects on which more has been spent than is secured."""

from __future__ import annotations

import pandas as pd

from ...alerts.months import now
from ...alerts.rules import AlertContext, warning
from ...measures.exact import exact_sums

MODULE = "investment"
PROJECTS, INVESTED, FUNDS = "projects", "project_investment", "project_funds"


def spending(context: AlertContext) -> pd.DataFrame:
    """Return the projects on which something has been spent, with how much of their funds is secured."""
    spent, funds = context.frames[INVESTED], context.frames[FUNDS]
    ends = pd.PeriodIndex.from_fields(year=spent["year"], quarter=spent["quarter"], freq="Q").end_time.normalize()
    spent = exact_sums(spent[ends <= context.as_of], "project_id", "amount")
    secured = exact_sums(funds, "project_id", "secured")
    projects = context.frames[PROJECTS]
    projects = projects.assign(invested=projects["id"].map(spent), secured=projects["id"].map(secured))
    return now(projects[(projects["invested"] > 0) & projects["secured"].notna()], context.as_of)


@warning(MODULE, spending, PROJECTS, FUNDS, INVESTED, decimals=1, message="{subject}完成的投资中有{value}没有落实资金")
def project_unfunded(invested, secured):
    """项目完成的投资中，超出已落实资金的比重"""
    return (invested - secured) / invested * 100
