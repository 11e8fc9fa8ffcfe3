"""Reports kept beside the repository are opened whole: every number that people marked is where they say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from paths import ROOT

from stateassets.reading.documents import open_document
from stateassets.reading.sentences import sentences

READING, REPORT = (ROOT.parent / "shared" / name for name in ("reading", "report"))
SETS = {"gold.csv": READING, "dadukou_2023_gold.csv": REPORT}


def marked() -> list[tuple[Path, list[dict[str, str]]]]:
    """Each document with the rows of its gold; none where the folder is not there."""
    found: dict[Path, list[dict[str, str]]] = {}
    for gold, folder in SETS.items():
        if not (READING / gold).is_file():
            continue
        with (READING / gold).open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                path = folder / row["file"]
                if not path.is_file():  # the seed report is stored under another name
                    path = next(iter(sorted(folder.glob("*.txt"))), path)
                found.setdefault(path, []).append(row)
    return sorted(found.items())


DOCUMENTS = marked()


@pytest.mark.skipif(not DOCUMENTS, reason="the reports lie beside the repository, not in it")
@pytest.mark.parametrize(("path", "rows"), DOCUMENTS, ids=[path.name for path, _ in DOCUMENTS])
def test_every_marked_number_stands_in_the_sentence_that_people_counted(path, rows):
    found = {one.number: "".join(one.text.split()) for one in sentences(open_document(path))}
    missed = [
        (row["sentence_no"], row["text"])
        for row in rows
        if "".join(row["text"].split()) not in found.get(int(row["sentence_no"]), "")
    ]
    assert missed == []
