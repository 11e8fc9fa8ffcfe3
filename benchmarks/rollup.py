"""How long a rollup takes: reading what districts publish, the view, and whether all of it can be true.

    python -m benchmarks.rollup [--districts 3000] [--years 1]

Processor seconds, of a sample that is made for it; the aims are 5 for 40 districts and 120 for 3,000.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from stateassets.rollup import Rollup, pages
from stateassets.rollup.membership import read_list, together
from stateassets.rollup.ownership import read_register
from stateassets.rollup.rollup import files
from stateassets.rollup.sources import read_all
from tools.sample_districts import write

AIMS = {40: 5, 3000: 120}


def main() -> None:
    """Print what each step takes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=40)
    parser.add_argument("--years", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(folder, options.districts, options.years, first=2023)
        begin = time.process_time()
        register = read_register(folder / "产权登记.csv")
        districts = together(read_all([folder], register))
        took = {"read": time.process_time()}
        rollup = Rollup(districts, read_list(folder / "名单.csv"), register)
        for figure in pages.headlines(rollup):
            rollup.sums(figure, rollup.year)
            rollup.places(figure, rollup.year)
        took["view"] = time.process_time()
        answers = rollup.answers
        took["together"] = time.process_time()
        files(rollup)
        took["tables"] = time.process_time()
    for step, at in took.items():
        print(f"{step:10}{at - begin:8.2f} s since it began")
    facts = sum(len(one.facts) for one in districts.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(districts)} places, {facts} facts, {len(answers)} wholes and years, {memory:.0f} MB")
    print(f"aim: {AIMS.get(options.districts, '-')} s")


if __name__ == "__main__":
    main()
