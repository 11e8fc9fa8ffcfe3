"""What is kept is found as long as it would be made the same, and never where it is not whole."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from stateassets.cache import Store, store

READS = {"data/a.csv": "1", "data/b.csv": "2"}


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """A store with one chapter."""
    made = Store(tmp_path)
    made.keep("chapters", "one", "code", READS, "text", "internal")
    return made


def found(kept: Store, by: str = "code", **changed: str) -> bytes | None:
    """What is found of the chapter where some things have changed."""
    now = READS | {f"data/{name}.csv": content for name, content in changed.items()}
    one = kept.find("chapters", "one", by, now)
    return one[1] if one else None


def only(kept: Store) -> Path:
    """The file of the only entry."""
    (entry,) = kept.every()
    return entry.path


def test_what_depends_on_the_same_is_found(kept):
    assert found(kept) == b"text" and found(kept, c="new") == b"text"


@pytest.mark.parametrize("other", [{"by": "other code"}, {"a": "changed"}, {"b": "changed"}])
def test_whatever_it_depends_on_takes_it_away(kept, other):
    assert found(kept, **other) is None


def test_what_is_no_longer_there_counts_as_changed(kept):
    assert kept.find("chapters", "one", "code", {"data/a.csv": "1"}) is None


def test_another_kind_or_name_is_another_thing(kept):
    assert kept.find("chapters", "two", "code", READS) is None is kept.find("pages", "one", "code", READS)


def test_going_back_makes_nothing_again(kept):
    kept.keep("chapters", "one", "code", READS | {"data/a.csv": "changed"}, "other")
    assert found(kept) == b"text" and found(kept, a="changed") == b"other"


def test_the_oldest_of_one_name_goes(kept):
    for number in range(store.MOST_ALIKE):
        kept.keep("chapters", "one", "code", {"data/a.csv": f"n{number}"}, "newer")
    assert found(kept) is None and len(list(kept.of("chapters", "one"))) == store.MOST_ALIKE


def test_what_was_made_last_is_there_to_begin_from(kept):
    assert kept.last("chapters", "one", "code") == b"text"
    assert kept.last("chapters", "one", "other code") is None


@pytest.mark.parametrize("place", ["first", "head", "content", "end"])
def test_a_damaged_entry_is_as_good_as_none(kept, place):
    path = only(kept)
    whole = path.read_bytes()
    head = whole.index(b"\n")
    at = {"first": 0, "head": whole.index(b'"code"') + 1, "content": head + 1, "end": len(whole) - 1}[place]
    path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert found(kept) is None and found(kept, by="bode") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]\n", b"null\ntext", b"\xff\n", b'{"form": 1}\n'])
def test_a_file_of_another_form_is_as_good_as_none(kept, content):
    only(kept).write_bytes(content)
    assert found(kept) is None and list(kept.every()) == []


def test_a_file_that_was_cut_is_as_good_as_none(kept):
    path = only(kept)
    whole = path.read_bytes()
    for length in (0, 1, whole.index(b"\n"), whole.index(b"\n") + 1, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert found(kept) is None
    path.write_bytes(whole)
    assert found(kept) == b"text"


def test_what_cannot_be_written_leaves_what_was_kept(kept, monkeypatch):
    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        kept.keep("chapters", "one", "code", READS, "other")
    assert found(kept) == b"text" and len(list(kept.folder.rglob("*/*/*"))) == 1


def test_a_file_that_is_being_written_is_no_entry(kept):
    path = only(kept)
    path.with_name(f".{path.name}.1").write_bytes(path.read_bytes())
    assert len(list(kept.every())) == 1
    kept.trim()
    assert len(list(path.parent.iterdir())) == 2


def test_what_was_not_used_for_long_goes(kept):
    kept.keep("chapters", "two", "code", {}, "used")
    old = next(kept.of("chapters", "one"))
    os.utime(old.path, (0, 0))
    kept.trim()
    assert [e.name for e in kept.every()] == ["two"]


def test_what_was_used_last_stays_where_there_is_too_much(kept, monkeypatch):
    kept.keep("chapters", "two", "code", {}, "text")
    sizes = {e.name: e.path.stat().st_size for e in kept.every()}
    os.utime(next(kept.of("chapters", "one")).path, (1, 1))
    assert found(kept)  # used now
    os.utime(next(kept.of("chapters", "two")).path, (1, 1))
    monkeypatch.setattr(store, "LONGEST_UNUSED", float("inf"))
    monkeypatch.setattr(store, "MOST_BYTES", sizes["one"])
    kept.trim()
    assert [e.name for e in kept.every()] == ["one"]


def test_nothing_is_left_when_all_is_cleared(kept):
    kept.clear()
    kept.clear()
    assert found(kept) is None and not kept.folder.exists()


def use(root: Path, number: int) -> int:
    """Keep and find many times; return how often something wrong was found."""
    kept, wrong = Store(root), 0
    for turn in range(30):
        content = f"{turn % 7}" * 10_000
        kept.keep("chapters", "one", "code", {"a": f"{turn % 7}"}, content)
        one = kept.find("chapters", "one", "code", {"a": f"{turn % 7}"})
        wrong += one is not None and one[1] != content.encode()
        if turn % 10 == number:
            kept.trim()
    return wrong


def test_two_processes_never_find_what_is_not_whole(tmp_path):
    with ProcessPoolExecutor(2) as pool:
        assert list(pool.map(use, [tmp_path, tmp_path], [0, 1])) == [0, 0]
