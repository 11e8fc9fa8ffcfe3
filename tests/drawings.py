"""One picture of each kind, for tests: with long labels, tiny, negative and very unequal values."""

from __future__ import annotations

from datetime import date
from typing import Any

from stateassets.present import charts
from stateassets.present.charts import Chart

COMMON: dict[str, Any] = {"caption": "图题", "alt": "文字说明", "origin": None}
MONEY: dict[str, Any] = {"unit": "亿元", "decimals": 1, **COMMON}
LONG = "重庆市某某区某某某某城市建设投资开发经营集团有限责任公司（含托管企业）"


def draw_all(**changes: Any) -> dict[str, Chart]:
    """One picture of each kind, with long labels, tiny, negative and very unequal values."""
    money, plain = MONEY | changes, COMMON | changes
    return {
        "dumbbell": charts.dumbbell(
            [(LONG, 663.1, 696.9), ("降", 3, 2.9), ("平", 5, 5), ("负", 2.5, -120)], "2022年末", "2023年末", **money
        ),
        "bars": charts.bars([(LONG, 233.5), ("小", 0.01), ("零", 0), ("负", -2561.2)], **money),
        "waterfall": charts.waterfall(
            ("年初", 271.6), [(LONG, 24.1), ("减少", -0.5), ("不变", 0)], ("年末", 295.2), **money
        ),
        "balance": charts.balance(
            [("全区", 401.7, 295.2), (LONG, 300, 2), ("小", 0.1, 0.2), ("资不抵债", 8, -2)], **money
        ),
        "ranges": charts.ranges(
            [(LONG, 1083.1, 1128.8), ("点", 5, 5), ("下", 486.6, None), ("上", None, 502.7)], **money
        ),
        "tree": charts.tree(
            [
                ("一级企业A", "城市建设", [f"二级企业A{n}" for n in range(1, 12)]),
                (LONG, "产业投资", [LONG, "二级企业B1"]),
                ("一级企业C", "城市建设", []),
            ],
            new={"二级企业A2", LONG},
            **plain,
        ),
        "flow": charts.flow(
            [("利润收入", 5000), *((f"{LONG}{n}", 0.1) for n in range(5))],
            [("资本金注入", 1), ("其他国有资本经营预算支出", 1), ("调入一般公共预算", 4405)],
            **money,
        ),
        "histories": charts.histories(
            [
                (LONG, "亿元", 1, [(f"{year}年", -120 + 90.5 * (year % 4)) for year in range(2014, 2024)]),
                ("资产负债率", "%", 1, [("2022年", 59.1), ("2023年", 57.6)]),
                ("户数", "户", 0, [("2023年", 19)]),
            ],
            **plain,
        ),
        "burn_down": charts.burn_down(
            [(f"{month}月", 88 - 7 * month, 90 - 6 * month, month) for month in range(1, 13)], unit="项", **plain
        ),
        "calendar": charts.calendar(
            [(LONG, date(2023, 3, 31), "按期完成")] * 3
            + [
                (LONG, date(2023, 4, 2), "逾期完成"),
                ("乙", date(2023, 12, 31), "逾期未完成"),
                ("乙", date(2023, 1, 1), "进行中"),
                ("丙", date(2023, 6, 1), "研判"),
            ],
            year=2023,
            **plain,
        ),
        "stacked": charts.stacked(
            [(LONG, [100, 0.1, 20, 3]), ("小", [0.2, 0.1, 0, 0])], ["甲", "乙", "丙", "丁"], **money
        ),
        "small_multiples": charts.small_multiples(
            [
                (f"{LONG}{n}", [("一季度", 10 * n), ("二季度", -2), ("三季度", 35), ("四季度", 5105.5)])
                for n in range(4)
            ],
            **money,
        ),
        "matrix": charts.matrix(
            [(LONG, [True, False, None]), ("乙", [True, True, True])],
            ["投资管理办法", "违规经营投资责任追究办法", "担保"],
            **plain,
        ),
        "grid": charts.grid(
            [(LONG, ["红色", "晚报", "漏报"]), ("乙", ["", "蓝色", "黄色"])], ["一月", "资金", LONG], **plain
        ),
        "bands": charts.bands(
            [("国有资本保值增值率", 0.5, 4.9, "105.1%"), ("乙", None, 2, "-3.2%"), ("丙", 1, None, "无")],
            ["较差", "较低", "平均", "良好", "优秀"],
            "2022年",
            "2023年",
            **plain,
        ),
        "courses": charts.courses(
            [
                (LONG, [(f"{n}月", 100.5 * n) for n in range(1, 13)]),
                *((f"企业{n}", [("1月", 5), ("12月", -9)]) for n in "甲乙丙"),
            ],
            whole=True,
            span=("3月", "9月", "半年里增加603.0亿元"),
            **money,
        ),
        "dots": charts.dots(
            [("口径相同", [(LONG, 107.9), ("乙", 101.5)]), ("其他", [("丙", 98)])], line=("保值", 100.0), **money
        ),
        "steps": charts.steps([("底表的行", LONG * 2), ("公式", "负债总额÷资产总额×100"), ("句子", "小")], **plain),
    }
