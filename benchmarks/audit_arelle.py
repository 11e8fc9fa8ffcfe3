"""The audit beside Arelle's calculation check (XBRL Calculations 1.1), on the sums that both can do.

Run ``python -m benchmarks.audit_arelle``. Every balance of the collected reports (assets less
liabilities are equity) is put to both as printed, and once more with two digits of one number
swapped. Arelle closes both ends of what a rounded number stands for (``c11r``), the audit only the
lower one, so that a sum may differ where it just touches. Without ``.venv-xbrl`` it says so and ends.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.audit_seeded import COLLECTED, SWAPPED, misprints
from stateassets.audit import examine
from stateassets.audit.findings import QUIET
from stateassets.book.takeaway import facts
from stateassets.book.takeaway.files import FACTS, TAXONOMY
from stateassets.importing.claims import read_claims
from stateassets.measures.claims import Claim
from stateassets.measures.units import base_size

ARELLE = Path(__file__).parents[1] / ".venv-xbrl" / "bin" / "arelleCmdLine"
LONGEST = 900  # seconds that it may take
ITEMS = ("total_assets", "total_liabilities", "owners_equity")
YUAN = 4  # a 万元 has so many noughts
# Arelle numbers the contexts from 1 in the order of the facts: a case each.
INCONSISTENT = re.compile(r"Calculation inconsistent from \S*owners_equity .*? context c-(\d+)")


def balances(claims: Sequence[Claim]) -> Iterator[tuple[Claim, ...]]:
    """Yield assets, liabilities and equity of each scope and year that prints all three."""
    found: dict[tuple[str, int, str], dict[str, Claim]] = defaultdict(dict)
    for claim in claims:
        if claim.kind == "level" and claim.indicator in ITEMS:
            found[claim.region, claim.year, claim.scope].setdefault(claim.indicator, claim)
    yield from (tuple(each[item] for item in ITEMS) for each in found.values() if len(each) == len(ITEMS))


def cases(claims: Sequence[Claim]) -> list[tuple[Claim, ...]]:
    """Return each balance as printed and with one number misprinted, every case a place of its own."""
    chance, made = random.Random(1), []
    for sound in balances(claims):
        at = chance.randrange(len(sound))
        wrong = dict(misprints(sound[at], chance)).get(SWAPPED)
        made.append(sound)
        if wrong:
            made.append(tuple(wrong if n == at else c for n, c in enumerate(sound)))
    return [tuple(replace(c, region=f"case{n}") for c in case) for n, case in enumerate(made)]


def by_audit(made: list[tuple[Claim, ...]]) -> set[str]:
    """Return the cases that the audit says anything against."""
    found = examine([claim for case in made for claim in case]).findings
    return {finding.region for finding in found if finding.verdict not in QUIET}


def by_arelle(made: list[tuple[Claim, ...]]) -> tuple[set[str], str]:
    """Return the cases that Arelle calls inconsistent, and all that it says."""
    content = {
        "documentInfo": {
            "documentType": "https://xbrl.org/2021/xbrl-json",
            "namespaces": {
                "xbrl": "https://xbrl.org/2021",
                "iso4217": "http://www.xbrl.org/2003/iso4217",
                facts.PREFIX: facts.OWN,
                facts.REGION: facts.SCHEME,
            },
            "taxonomy": [TAXONOMY],
        },
        "facts": {f"{c.region}-{c.indicator}": _fact(c) for case in made for c in case},
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FACTS).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        (Path(folder) / TAXONOMY).write_bytes(facts.taxonomy())
        command = [str(ARELLE), "--internetConnectivity", "offline", "--plugins", "loadFromOIM"]
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        command += ["--validate", "--calc", "c11r", "--file", str(Path(folder) / FACTS)]
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False, timeout=LONGEST)
    said = done.stdout + done.stderr
    return {f"case{int(context) - 1}" for context in INCONSISTENT.findall(said)}, said


def _fact(claim: Claim) -> dict[str, object]:
    places = YUAN + (len(str(base_size(claim.unit))) - 1)
    return {
        "value": str(int(claim.size * 10**YUAN)),
        "decimals": claim.decimals - places,
        "dimensions": {
            "concept": f"{facts.PREFIX}:{claim.indicator}",
            "entity": f"{facts.REGION}:{claim.region}",
            "period": f"{claim.year + 1}-01-01T00:00:00",
            "unit": "iso4217:CNY",
        },
    }


def main() -> None:
    """Print what both say, and what each took of a processor."""
    if not ARELLE.exists():
        print(f"{ARELLE.parent.parent.name} is not there: make it by tools/bootstrap.sh xbrl")
        return
    made = cases(read_claims(COLLECTED).claims)
    start = time.process_time()
    ours = by_audit(made)
    seconds = time.process_time() - start
    theirs, said = by_arelle(made)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{len(made)} balances: the audit finds {len(ours)} wrong, Arelle {len(theirs)}, both {len(ours & theirs)}")
    print(f"only the audit: {sorted(ours - theirs)}; only Arelle: {sorted(theirs - ours)}")
    print(f"processor seconds: {seconds:.1f} and {used.ru_utime + used.ru_stime:.1f}")
    if "--said" in sys.argv:
        print(said)


if __name__ == "__main__":
    main()
