"""Returns held against the enterprise's own past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from ...importing.rows import Row
from ...tables.checking import Frames
from ...tables.data_errors import Fault
from ..comparing import Compared, compare
from ..parts import Part, Standing
from ..schema import DOUBT
from .delivery import Come, Delivery
from .rows import BEGIN


def doubts_of_the_past(
    delivery: Delivery, part: Part, changed: Frames, new: Frames, origin: Mapping[str, list[tuple[Come, Row]]]
) -> None:
    """Take what is improbable in each enterprise's rows."""
    for enterprise in dict.fromkeys(key[1] for key in delivery.come if key[1]):
        periods = {name: {k[2] for k in delivery.come if k[:2] == (name, enterprise)} for name in changed}
        compared = Compared(
            delivery.standing.package,
            enterprise,
            Own(delivery.standing, part, changed, origin, enterprise),
            BEGIN,
            periods,
        )
        for doubt in compare(compared):
            table = delivery.standing.package.tables[doubt.table]
            one, row = origin[doubt.table][doubt.index - BEGIN] if doubt.index is not None else (None, None)
            header = table.column(doubt.column).title if doubt.column else None
            place = row.place if row else _place_of(delivery, doubt.table, enterprise)
            fault = Fault(
                place,
                row.number if row else None,
                row.headers.get(doubt.column, header) if row else header,
                doubt.found,
                doubt.expected,
                doubt.advice,
            )
            key = one.key if one else next(k for k in delivery.come if k[:2] == (doubt.table, enterprise))
            delivery.found.append(replace(delivery.finding(DOUBT, fault, doubt.column), key=key))


def _place_of(delivery: Delivery, table: str, enterprise: str) -> str:
    return next(one.rows[0].place for key, one in delivery.come.items() if key[:2] == (table, enterprise))


class Own(Mapping[str, pd.DataFrame]):
    """One enterprise's rows as they are with what came, and the book's own tables."""

    def __init__(
        self,
        standing: Standing,
        part: Frames,
        changed: Frames,
        origin: Mapping[str, list[tuple[Come, Row]]],
        enterprise: str,
    ) -> None:
        self.standing, self.part, self.changed, self.origin, self.enterprise = (
            standing,
            part,
            changed,
            origin,
            enterprise,
        )
        self._known: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._known:
            frame = self.changed[name] if name in self.changed else self.part[name]
            if self.standing.owned(name):
                owners = self.standing.owners(name)
                at = frame.index.to_numpy()
                mine = np.array([one.key[1] == self.enterprise for one, _ in self.origin.get(name, ())], dtype=bool)
                own, came = np.zeros(len(at), dtype=bool), at >= BEGIN
                if owners is not None:
                    own[~came] = (owners.loc[at[~came]] == self.enterprise).to_numpy()
                own[came] = mine[at[came] - BEGIN]
                frame = frame[own]
            self._known[name] = frame
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self.changed or name in self.part

    def __iter__(self) -> Iterator[str]:
        return iter({**self.part, **self.changed})

    def __len__(self) -> int:
        return len({*self.part, *self.changed})
