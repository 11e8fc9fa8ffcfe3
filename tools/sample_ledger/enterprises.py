"""Who is in the sample: 6 first-level groups, 13 second-level companies, and what they do.

Names are neutral on purpose. The weights are free design choices (no printed figure is among
them): each says how large a company is inside its group, or the district, on one subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

INVEST, BUILD, OPERATE = "资本投融资管理类", "城乡建设发展类", "城市运营管理类"
FOUNDED = 2020  # everybody but the company set up in the report's year, as the registers tell
SUPERVISED = 2019  # since when these hand in statements
YEARS = (2022, 2023)


@dataclass(frozen=True)
class Profile:
    """One legal person.

    ``role`` selects the make-up of its statements. ``assets`` and ``debts`` are shares of its
    group's external assets and liabilities in per cent, ``growth`` their change in each year.
    ``revenue`` and ``staff`` are (2022, 2023) weights in the district, ``margin`` the gross
    margin, ``subsidy`` and ``returns`` weights of other income and of outside investment income.
    """

    enterprise_id: str
    role: str
    class_zh: str
    function_zh: str
    assets: float
    debts: float
    revenue: tuple[float, float]
    staff: tuple[float, float]
    margin: float
    subsidy: float = 0.0
    returns: float = 0.0
    growth: tuple[float, float] = (1.0, 1.0)
    ownership: int = 100
    start_year: int = FOUNDED

    @property
    def supervised(self) -> int:
        """The first year in which it hands in statements."""
        return SUPERVISED if self.start_year == FOUNDED else self.start_year

    @property
    def level(self) -> int:
        """1 for a group's head, 2 for its companies."""
        return len(self.enterprise_id)

    @property
    def group(self) -> str:
        """The first-level enterprise it belongs to."""
        return self.enterprise_id[0]

    @property
    def name_zh(self) -> str:
        """A neutral name that is nobody's."""
        return f"{'一二'[self.level - 1]}级企业{self.enterprise_id}"


PROFILES = (
    Profile(
        "A",
        "holder",
        INVEST,
        "国有资本投资运营",
        assets=62,
        debts=74,
        revenue=(90, 96),
        staff=(34, 33),
        margin=0.52,
        subsidy=60,
        returns=90,
    ),
    Profile(
        "A1",
        "fund",
        INVEST,
        "产业基金与股权投资",
        assets=22,
        debts=11,
        revenue=(22, 20),
        staff=(14, 13),
        margin=0.68,
        subsidy=4,
        returns=46,
        growth=(1.02, 1.06),
    ),
    Profile(
        "A2",
        "lessor",
        INVEST,
        "国有房产租赁经营",
        assets=16,
        debts=15,
        revenue=(96, 108),
        staff=(38, 36),
        margin=0.46,
        subsidy=6,
        returns=2,
    ),
    Profile(
        "B",
        "holder",
        INVEST,
        "产业园区投资",
        assets=52,
        debts=58,
        revenue=(48, 40),
        staff=(27, 26),
        margin=0.44,
        subsidy=18,
        returns=38,
    ),
    Profile(
        "B1",
        "lessor",
        INVEST,
        "园区标准厂房建设与出租",
        assets=45.5,
        debts=41,
        revenue=(112, 106),
        staff=(36, 34),
        margin=0.42,
        subsidy=14,
        returns=1,
        growth=(1.0, 0.97),
    ),
    Profile(
        "B2",
        "service",
        INVEST,
        "科创企业孵化服务",
        assets=2.5,
        debts=1,
        revenue=(9, 8),
        staff=(22, 20),
        margin=-0.05,
        subsidy=2,
    ),
    Profile(
        "C",
        "builder_head",
        BUILD,
        "城市更新与土地整治",
        assets=48,
        debts=56,
        revenue=(250, 340),
        staff=(43, 41),
        margin=0.13,
        subsidy=90,
        returns=8,
    ),
    Profile(
        "C1",
        "builder",
        BUILD,
        "土地整治与片区开发",
        assets=33,
        debts=29,
        revenue=(215, 270),
        staff=(29, 28),
        margin=0.11,
        subsidy=38,
        returns=2,
        growth=(1.03, 1.04),
    ),
    Profile(
        "C2",
        "builder",
        BUILD,
        "保障性住房建设与管理",
        assets=19,
        debts=15,
        revenue=(140, 160),
        staff=(31, 29),
        margin=0.15,
        subsidy=16,
        growth=(1.0, 0.95),
    ),
    Profile(
        "D",
        "builder_head",
        BUILD,
        "基础设施投资建设",
        assets=58,
        debts=66,
        revenue=(205, 240),
        staff=(33, 32),
        margin=0.14,
        subsidy=66,
        returns=5,
    ),
    Profile(
        "D1",
        "builder",
        BUILD,
        "道路与管网建设",
        assets=30,
        debts=26,
        revenue=(170, 184),
        staff=(30, 28),
        margin=0.1,
        subsidy=30,
        returns=1,
    ),
    Profile(
        "D2",
        "builder",
        BUILD,
        "生态治理工程",
        assets=12,
        debts=8,
        revenue=(58, 52),
        staff=(20, 18),
        margin=0.05,
        subsidy=5,
        growth=(0.98, 0.93),
    ),
    Profile(
        "D3",
        "service",
        BUILD,
        "老旧小区改造项目管理",
        assets=2.6,
        debts=1.1,
        revenue=(0, 14),
        staff=(0, 8),
        margin=0.12,
        subsidy=1,
        start_year=2023,
    ),
    Profile(
        "E",
        "operator",
        OPERATE,
        "停车与公共空间运营",
        assets=66,
        debts=71,
        revenue=(84, 96),
        staff=(30, 29),
        margin=0.32,
        subsidy=16,
        returns=4,
    ),
    Profile(
        "E1",
        "operator",
        OPERATE,
        "停车设施建设运营",
        assets=33.4,
        debts=28.7,
        revenue=(66, 82),
        staff=(42, 40),
        margin=0.34,
        subsidy=8,
        growth=(1.05, 1.08),
    ),
    Profile(
        "E2",
        "service",
        OPERATE,
        "充电设施运营服务",
        assets=0.58,
        debts=0.3,
        revenue=(5, 6),
        staff=(9, 8),
        margin=0.3,
        subsidy=0.2,
        ownership=90,
    ),
    Profile(
        "F",
        "operator",
        OPERATE,
        "环卫绿化与物业服务",
        assets=64,
        debts=60,
        revenue=(62, 58),
        staff=(48, 24),
        margin=0.22,
        subsidy=9,
        returns=1,
    ),
    Profile(
        "F1",
        "service",
        OPERATE,
        "道路清扫与绿化养护",
        assets=22,
        debts=24,
        revenue=(124, 24),
        staff=(440, 40),
        margin=0.14,
        subsidy=7,
        growth=(1.0, 0.5),
    ),
    Profile(
        "F2",
        "service",
        OPERATE,
        "公共建筑物业服务",
        assets=14,
        debts=16,
        revenue=(78, 30),
        staff=(210, 29),
        margin=0.03,
        subsidy=1,
        growth=(0.98, 0.75),
    ),
)
BY_ID = {profile.enterprise_id: profile for profile in PROFILES}
GROUPS = tuple(p.enterprise_id for p in PROFILES if p.level == 1)


def members(group: str, year: int) -> tuple[Profile, ...]:
    """Return a group's head and its companies in ``year``, head first."""
    return tuple(p for p in PROFILES if p.group == group and p.supervised <= year)


def in_year(year: int) -> tuple[Profile, ...]:
    """Return every legal person of ``year``."""
    return tuple(p for p in PROFILES if p.supervised <= year)


def rows() -> Iterator[dict[str, object]]:
    """Yield the roster's rows."""
    for p in PROFILES:
        yield {
            "enterprise_id": p.enterprise_id,
            "name_zh": p.name_zh,
            "level": p.level,
            "parent_id": "" if p.level == 1 else p.group,
            "ownership": p.ownership,
            "class_zh": p.class_zh,
            "function_zh": p.function_zh,
            "start_year": p.supervised,
            "end_year": "",
        }
