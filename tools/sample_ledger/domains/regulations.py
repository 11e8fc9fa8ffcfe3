"""Supervision: rules and who has taken them over, inspections, registration of property rights.

Changes of paid-in capital are those of the balance sheets, each registered by the company whose
capital it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ..enterprises import FOUNDED, GROUPS, INVEST, OPERATE, PROFILES, in_year, members
from ..money import text
from ..registers import DEPARTMENTS, YEAR, Context, numbered

STREAM = "rules"
Row = dict[str, object]
LEGAL_DAYS = 30  # after the event, by the registration rules of 2000
# Kind, title, whether it revises an older one.
RULES = (
    ("finance", "国有企业财务监督管理办法", True),
    ("finance", "国有企业资金集中管理办法", False),
    ("finance", "国有企业融资与担保管理办法", True),
    ("finance", "国有企业债务风险监测预警办法", False),
    ("finance", "国有企业大额资金支付监管细则", False),
    ("investment", "国有企业投资监督管理办法", True),
    ("investment", "国有企业投资项目负面清单", True),
    ("investment", "国有企业投资项目后评价办法", False),
    ("property", "国有产权登记与变动管理细则", False),
    ("property", "国有资产评估备案管理办法", True),
    ("property", "国有资产出租管理办法", True),
    ("risk", "国有企业违规经营投资责任追究办法", True),
    ("risk", "国有企业内部控制监督评价办法", False),
    ("governance", "国有企业“三重一大”决策监督办法", True),
    ("governance", "国有企业外部董事履职管理办法", False),
    ("people", "国有企业负责人薪酬与考核管理办法", True),
    ("people", "国有企业工资总额管理细则", False),
)
GAPS = 0.09  # share of rules that a group has not taken over by the year's end
FINDINGS = {
    "finance_rules": (
        "差旅费报销标准高于制度规定",
        "备用金借支超期未还",
        "固定资产折旧年限与制度不一致",
        "往来款对账没有书面记录",
        "财务制度没有随新会计准则更新",
        "在建工程完工未及时转固",
    ),
    "internal_control": (
        "出纳兼任银行对账，不相容岗位没有分离",
        "网银复核与经办由同一人保管",
        "合同审批越权，超过授权金额",
        "印章使用登记不连续",
        "内控评价报告没有报董事会审议",
        "采购验收单由采购人员签字",
    ),
    "financing_vouchers": (
        "融资顾问费没有服务成果资料",
        "融资比选只有一家机构报价",
        "利息支出凭证缺少计息清单",
        "综合融资成本计算漏计担保费",
        "提款审批单与放款凭证金额不一致",
        "债券承销费发票滞后入账",
    ),
}
CHANGES = {
    "state_investment": "注册资本增加",
    "name": "企业名称变更",
    "scope": "经营范围与住所变更",
    "form": "国有独资企业改为有限责任公司",
    "holder": "出资人名称变更",
}
PLAIN_CHANGES = tuple(CHANGES.values())[1:]


def tables(context: Context) -> dict[str, list[Row]]:
    """Return rules, adoptions, inspections with findings, registrations."""
    rules = _rules(context)
    inspections = _inspections(context)
    return {
        "rules": rules,
        "rule_adoptions": list(_adoptions(context, rules)),
        "inspections": inspections,
        "inspection_findings": _findings(context, inspections),
        "property_registration": _registration(context),
    }


def _rules(context: Context) -> list[Row]:
    days = sorted(context.day(date(YEAR, 2, 6), date(YEAR, 11, 24)) for _ in RULES)
    order = context.rng.permutation(len(RULES))
    return [
        {
            "year": YEAR,
            "id": key,
            "title": RULES[i][1],
            "kind": RULES[i][0],
            "change": "revised" if RULES[i][2] else "new",
            "applies_to": "groups",
            "issued_on": day,
        }
        for key, i, day in zip(numbered("SR", len(RULES)), order, days, strict=True)
    ]


def _adoptions(context: Context, rules: list[Row]) -> Iterator[Row]:
    """A group takes over a rule within months; what would be next year is a gap."""
    for rule in rules:
        issued = rule["issued_on"]
        assert isinstance(issued, date)
        for group in GROUPS:
            day = context.day(issued + timedelta(days=7), issued + timedelta(days=75))
            if context.rng.random() >= GAPS and day.year == YEAR:
                yield {"year": YEAR, "rule_id": rule["id"], "enterprise_id": group, "adopted_on": day}


def _inspections(context: Context) -> list[Row]:
    """Every subject at every group that borrows for the district, and at some of its companies."""
    heads = [p for p in PROFILES if p.level == 1 and p.class_zh != OPERATE]
    firms = [context.pick(members(p.group, YEAR)[1:]) for p in heads if p.class_zh == INVEST]
    visits = [(p.enterprise_id, subject) for p in (*heads, *firms) for subject in FINDINGS]
    days = sorted(context.day(date(YEAR, 3, 6), date(YEAR, 10, 27)) for _ in visits)
    order = context.rng.permutation(len(visits))
    return [
        {"year": YEAR, "id": key, "enterprise_id": visits[i][0], "subject": visits[i][1], "inspected_on": day}
        for key, i, day in zip(numbered("IN", len(visits)), order, days, strict=True)
    ]


def _findings(context: Context, inspections: list[Row]) -> list[Row]:
    found: list[Row] = []
    for visit in inspections:
        titles = FINDINGS[str(visit["subject"])]
        count = int(context.rng.integers(0, 4))
        for i in sorted(context.rng.choice(len(titles), count, replace=False)):
            day = visit["inspected_on"]
            assert isinstance(day, date)
            found.append(
                {
                    "year": YEAR,
                    "inspection_id": visit["id"],
                    "enterprise_id": visit["enterprise_id"],
                    "title": titles[i],
                    "department": context.pick(DEPARTMENTS, (1, 5, 1, 3, 1, 1)),
                    **context.life(day, day + timedelta(days=4), (30, 90), 0.15, 0.06),
                }
            )
    return [{"id": key, **row} for key, row in zip(numbered("IF", len(found)), found, strict=True)]


def _registration(context: Context) -> list[Row]:
    found = [*_occupations(context), *_capital_changes(context), *_other_events(context)]
    return [{"year": YEAR, "id": key, **row} for key, row in zip(numbered("PR", len(found)), found, strict=True)]


def _event(
    context: Context,
    owner: str,
    kind: str,
    title: str,
    when: tuple[date, date],
    done: tuple[int, int] | None,
    amount: int = 0,
) -> Row:
    """Return an event registered some days after it happened, or not yet."""
    day = context.day(*when)
    closed = context.day(*(day + timedelta(days=n) for n in done)) if done else None
    return {
        "enterprise_id": owner,
        "kind": kind,
        "title": title,
        "amount": text(amount),
        "opened_on": day,
        "due_on": day + timedelta(days=LEGAL_DAYS),
        "closed_on": closed if closed and closed.year <= YEAR else "",
    }


def _occupations(context: Context) -> Iterator[Row]:
    """Everybody's own registration; the one with outside owners has never been done."""
    capital = _capital(context)
    for p in in_year(YEAR):
        first = p.start_year if p.start_year > FOUNDED else FOUNDED
        new = p.start_year == YEAR
        when = (date(first, 3, 2), date(first, 9, 18))
        title = "新设企业占有登记" if new else "占有登记"
        done = None if p.ownership < 100 else (LEGAL_DAYS + 6, LEGAL_DAYS + 25) if new else (8, 29)
        amount = capital[p.enterprise_id] if new else 0
        yield _event(context, p.enterprise_id, "occupation", title, when, done, amount)


def _capital(context: Context) -> dict[str, int]:
    """Return by how much each paid-in capital moved in the year, where it did."""
    before, after = (sheet.individual for sheet in context.sample.sheets[-2:])
    moved = {e: row.get("paid_in_capital", 0) - before.get(e, {}).get("paid_in_capital", 0) for e, row in after.items()}
    return {e: n for e, n in moved.items() if n}


def _capital_changes(context: Context) -> Iterator[Row]:
    new = {p.enterprise_id for p in PROFILES if p.start_year == YEAR}
    moved = {e: n for e, n in _capital(context).items() if e not in new}
    for i, (owner, amount) in enumerate(moved.items()):
        done = (LEGAL_DAYS + 4, LEGAL_DAYS + 30) if i == len(moved) - 1 else (9, 28)
        yield _event(
            context, owner, "change", CHANGES["state_investment"], (date(YEAR, 4, 10), date(YEAR, 9, 15)), done, amount
        )


def _other_events(context: Context) -> Iterator[Row]:
    """Changes that touch no capital, one late, one overdue; a holding that was wound up."""
    firms = context.rng.permutation([p.enterprise_id for p in PROFILES if p.start_year < YEAR])
    days = (date(YEAR, 2, 6), date(YEAR, 11, 17))
    spans: tuple[tuple[int, int] | None, ...] = (
        (6, 27),
        (10, 29),
        (LEGAL_DAYS + 3, LEGAL_DAYS + 40),
        (5, 24),
        None,
        (12, 30),
        (7, 25),
    )
    for firm, span in zip(firms, spans, strict=False):
        yield _event(context, str(firm), "change", context.pick(PLAIN_CHANGES), days, span)
    fund = next(p.enterprise_id for p in PROFILES if p.role == "fund")
    yield _event(context, fund, "cancellation", "所持参股项目公司清算注销", days, (9, 26))
    late = (date(YEAR, 12, 11), date(YEAR, 12, 20))
    yield _event(context, str(firms[-1]), "change", context.pick(PLAIN_CHANGES), late, (15, 28))
