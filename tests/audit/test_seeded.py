"""One wrong number at a time in the collected reports: how many are found."""

import random
from collections import Counter

import pytest

from benchmarks import audit_arelle
from benchmarks.audit_seeded import CHANGES, COLLECTED, FOUND, MISSED, NOTHING, SIGN, misprints, spoil
from stateassets.importing.claims import read_claims

GOAL = 0.9


@pytest.fixture(scope="module")
def collected():
    return read_claims(COLLECTED).claims


def test_a_misprint_is_another_number(collected):
    for claim in collected[::20]:
        made = dict(misprints(claim, random.Random(1)))
        assert all((wrong.size, wrong.unit) != (claim.size, claim.unit) for wrong in made.values())
        assert (SIGN in made) == (claim.kind in CHANGES and claim.size != 0)


def test_the_sums_put_to_arelle_are_as_printed_or_misprinted_once(collected):
    made = audit_arelle.cases(collected)
    assert len({claim.region for case in made for claim in case}) == len(made) > 50
    wrong = audit_arelle.by_audit(made)
    assert 0.4 < len(wrong) / len(made) < 0.6  # each balance stands there sound and spoilt


@pytest.mark.slow
def test_nine_of_ten_misprints_are_found_where_anything_is_there_to_check_them(collected):
    counts = Counter(outcome.outcome for outcome in spoil(collected, every=12))
    assert counts[NOTHING] and counts[FOUND] / (counts[FOUND] + counts[MISSED]) >= GOAL
