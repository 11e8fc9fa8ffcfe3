"""Measures of the property module: areas by use, vacancy, rents and disposals.

There is no national formula for the vacancy rate. The base is what can be let: own use,
administrative loans, dilapidated buildings and social housing are taken out first.
"""

from __future__ import annotations

from ...measures.registry import counted, indicator, quantity

BASE = "本书自定：扣除自用、行政借用、危旧房和保障性住房，是一地公开的做法"
OWN = "本书自定"
AREA, IN_FORCE = "万平方米", {"state": ("open", "overdue")}

for _name, _name_zh, _use, _what in (
    ("property_area", "房产和场地总面积", "", "年末持有的全部房产和场地"),
    ("own_use_area", "自用面积", "own", "自己办公和生产用的"),
    ("admin_loan_area", "行政借用面积", "admin_loan", "借给行政事业单位用的"),
    ("dilapidated_area", "危旧房面积", "dilapidated", "危旧、不能出租的"),
    ("social_housing_area", "保障性住房面积", "social_housing", "保障性住房"),
):
    quantity(
        _name,
        _name_zh,
        AREA,
        2,
        BASE,
        confidence="C",
        table="properties",
        column="area",
        where={"use": (_use,)} if _use else {},
        nonnegative=True,
        definition=f"{_what}，房产和场地台账逐处相加",
    )


@indicator("可出租面积", unit=AREA, decimals=2, basis=BASE, confidence="C")
def lettable_area(property_area, own_use_area, admin_loan_area, dilapidated_area, social_housing_area):
    """总面积先扣除自用、行政借用、危旧房和保障性住房"""
    return property_area - own_use_area - admin_loan_area - dilapidated_area - social_housing_area


quantity(
    "let_area",
    "已出租面积",
    AREA,
    2,
    BASE,
    confidence="C",
    table="leases",
    column="area",
    where=IN_FORCE,
    nonnegative=True,
    definition="年末没有退租的租约面积相加，到期没有退租的也算",
)


@indicator("空置面积", unit=AREA, decimals=2, basis=BASE, confidence="C")
def vacant_area(lettable_area, let_area):
    """可出租面积中年末没有出租的部分"""
    return lettable_area - let_area


@indicator("资产空置率", unit="%", decimals=1, basis=BASE, confidence="C", aliases=("空置率",))
def vacancy_rate(vacant_area, lettable_area):
    """空置面积占可出租面积的比重；没有可出租资产的企业没有这个数"""
    return vacant_area / lettable_area * 100


@indicator("资产空置率（按总面积）", unit="%", decimals=1, basis=OWN, confidence="C")
def vacancy_rate_total(vacant_area, property_area):
    """空置面积占全部面积的比重；不能出租的也在分母里，只用来说明口径的差别"""
    return vacant_area / property_area * 100


quantity(
    "rental_value",
    "经营出租资产账面价值",
    "亿元",
    2,
    OWN,
    confidence="C",
    table="properties",
    column="book_value",
    where={"use": ("rental",)},
    nonnegative=True,
    definition="用途为经营出租的房产和场地，账面价值相加",
)
quantity(
    "rent_in_force",
    "在租年租金",
    "亿元",
    2,
    OWN,
    confidence="C",
    table="leases",
    column="yearly_rent",
    where=IN_FORCE,
    nonnegative=True,
    definition="年末没有退租的租约，约定年租金相加",
)


@indicator("租金收益率", unit="%", decimals=1, basis=OWN, confidence="C")
def rental_yield(rent_in_force, rental_value):
    """在租年租金占经营出租资产账面价值的比重，空置的也在分母里"""
    return rent_in_force / rental_value * 100


counted("asset_disposals", "资产处置", "项", OWN, "asset_disposals", definition="本年对外转让的房产、设备、车辆等资产")
quantity(
    "asset_disposals_price",
    "资产处置成交价",
    "万元",
    0,
    OWN,
    confidence="C",
    table="asset_disposals",
    column="price",
    nonnegative=True,
    definition="资产处置台账逐项相加",
)
