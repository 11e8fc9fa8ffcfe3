"""资金: payments that nobody approved, or that were split to need no approval."""

from __future__ import annotations

import pandas as pd

from .months import waiting
from .registry import Sight, warning

MODULE = "funds"


def unapproved(sight: Sight) -> pd.DataFrame:
    """Return the payments that need an approval, month by month."""
    paid = sight.frames["large_payments"]
    paid = paid[paid["amount"] >= sight.limit("approval_amount")]
    return waiting(paid.assign(title=paid["purpose"]), "paid_on", "approved_on", sight.as_of)


def split(sight: Sight) -> pd.DataFrame:
    """Return what each payee got within the set days in payments that each need no approval."""
    paid = sight.frames["large_payments"]
    paid = paid.assign(rows=paid.index + 2)
    small = paid["amount"] < sight.limit("approval_amount")
    paid = paid[small & (paid["paid_on"] <= sight.as_of)]
    paid = paid.sort_values(["enterprise_id", "payee", "paid_on"], ignore_index=True)
    if paid.empty:
        return paid
    window = paid.groupby(["enterprise_id", "payee"]).rolling(
        f"{int(sight.limit('split_days'))}D", on="paid_on", closed="both"
    )["amount"]  # fmt: skip
    counts = window.count().to_numpy().astype(int)
    found = paid.assign(total=window.sum().to_numpy(), count=counts, subject=paid["payee"])
    numbers = paid["rows"].to_list()
    found["rows"] = [tuple(numbers[i - n + 1 : i + 1]) for i, n in enumerate(counts)]
    found["period"] = found["paid_on"] + pd.offsets.MonthEnd(0)
    found = found[found["count"] > 1].sort_values("total")
    return found.drop_duplicates(["enterprise_id", "payee", "period"], keep="last")


@warning(
    MODULE, unapproved, "large_payments", "platform_limits", said="末{subject}支付{value}没有批准"
)
def payment_unapproved(amount, open):
    """达到集体批准限额的支付，已支付而没有批准的金额"""
    return amount * open


@warning(
    MODULE,
    split,
    "large_payments",
    "platform_limits",
    said="在规定天数以内分笔付给{subject}共{value}",
)
def payment_split(total):
    """同一收款方在规定天数以内、每笔都低于集体批准限额的支付合计"""
    return total
