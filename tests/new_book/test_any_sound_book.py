"""Whatever a sound book holds, every chapter runs on it: books that Hypothesis thinks up."""

import pytest
import sound_books
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sound_books import Company, Shape, every_optional, told

from stateassets.opening import check


@pytest.fixture(scope="module")
def empty(unfilled):
    return unfilled


SIGNS = st.sampled_from([-1, 0, 1])
YEARS = st.sampled_from([None, None, -1, 0])


def companies(level):
    below = companies(level + 1) if level < 3 else None
    return st.builds(
        Company,
        result=SIGNS,
        equity=st.sampled_from([-1, 1, 1]),
        share=st.just(100) if level == 1 else st.sampled_from([51, 80, 100]),
        start=YEARS if level > 1 else st.none(),
        companies=st.just(()) if below is None else st.lists(below, max_size=2).map(tuple),
    )


def founded_with_the_parent(company, start=None):
    """Nobody is there before the parent is."""
    own = start if company.start is None else max(company.start, start if start is not None else company.start)
    parts = tuple(founded_with_the_parent(part, own) for part in company.companies)
    return Company(company.result, company.equity, company.share, own, None, parts)


BOOKS = st.builds(
    Shape,
    groups=st.lists(companies(1).map(founded_with_the_parent), min_size=1, max_size=3).map(tuple),
    years=st.integers(1, 5),
    size=st.sampled_from([1, 1_000, 1_000_000]),
    absent=st.dictionaries(st.sampled_from(every_optional()), st.sampled_from([True, "this year"]), max_size=40),
    seed=st.integers(0, 10**6),
)


def any_book(examples):
    """A failing book is shown as it is: to make a smaller one takes longer than to look at it."""
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
    )


@any_book(2)
@given(BOOKS)
def test_the_main_chapters_run_on_any_sound_book(empty, tmp_path_factory, shape):
    book = sound_books.district(tmp_path_factory.mktemp("any") / "book", empty, shape)
    assert list(map(str, check(book / "data"))) == []
    told(book)


@pytest.mark.slow
@any_book(4)
@given(BOOKS)
def test_every_chapter_runs_on_any_sound_book(empty, tmp_path_factory, shape):
    book = sound_books.district(tmp_path_factory.mktemp("any") / "book", empty, shape)
    assert list(map(str, check(book / "data"))) == []
    told(book, only=())


@pytest.mark.slow
@any_book(2)
@given(
    st.sets(st.sampled_from("ABCDEF"), min_size=3, max_size=5),
    st.dictionaries(st.sampled_from(every_optional()), st.sampled_from([True, "this year"]), min_size=8, max_size=25),
)
def test_every_chapter_runs_on_any_small_part_of_the_sample(tmp_path_factory, gone, absent):
    """On nearly all of it: test_other_district."""
    told(sound_books.reduced(tmp_path_factory.mktemp("part") / "book", gone, absent), only=())
