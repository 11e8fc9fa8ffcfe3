"""What newcomers do to a lake and to its results: each ends in one sentence that says what, where and what to do."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from many import every

from stateassets.cli.main import main
from stateassets.engines import adapters, runs
from stateassets.engines import lake as lakes
from stateassets.engines.adapters import Here
from stateassets.engines.lake import LakeError, Store, WriteError, add, in_words
from stateassets.engines.runs import RESULT, run
from stateassets.engines.work import Task, why, work
from stateassets.tables import files
from stateassets.tables.declared import NoTableError

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
# What DuckDB says of a disk that is full.
DUCKDB_FULL = duckdb.IOException('IO Error: Async write failed: Could not write file "a": No space left on device')
EMPTY = b'{"region":"","unit":""}'
SOUND = "乙区"


@pytest.fixture(scope="module")
def district(report, tmp_path_factory) -> Path:
    """The folder of a district that is as it should be."""
    return add(report.package, report.ledger.frames.frames, tmp_path_factory.mktemp("lake"), "甲区")


@pytest.fixture
def lake(tmp_path) -> Path:
    """A lake of one district with one file, for those who never read it."""
    folder = tmp_path / "lake" / "region=甲区"
    folder.mkdir(parents=True)
    (folder / "headcount.parquet").write_bytes(b"PAR1")
    return folder.parent


def told(capsys) -> str:
    """What was said of a fault: one sentence, and never that the program is wrong."""
    err = capsys.readouterr().err
    assert "程序出错" not in err and err.count("\n") == 1 and err.endswith("。\n") and "请" in err
    return err


def all_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


# --- where the results go ------------------------------------------------------------------------


def in_a_file(out: Path) -> Path:
    out.write_text("别人的")
    return out


def below_a_file(out: Path) -> Path:
    return in_a_file(out) / "结果"


def with_a_folder_of_that_name(out: Path) -> Path:
    (out / RESULT).mkdir(parents=True)
    return out


@every(
    ("made", "said"),
    [
        (in_a_file, "是文件，不是文件夹。请换一个文件夹，或把它移走"),
        (below_a_file, "是文件，不是文件夹。请换一个文件夹，或把它移走"),
        (with_a_folder_of_that_name, "已经有一个同名的文件夹。请把它移走，或用--out另写一个文件夹"),
    ],
)
def test_where_no_results_can_be_written_is_told_before_anything_is_worked_out(made, said, tmp_path_factory, capsys):
    folder = tmp_path_factory.mktemp("out")
    (folder / "lake" / "region=甲区").mkdir(parents=True)
    out = made(folder / "out")
    before = all_in(folder)
    assert main(["at-scale", str(folder / "lake"), "--out", str(out)]) == 1
    err = told(capsys)
    assert f"没有写成“{out}" in err and said in err
    assert all_in(folder) == before


def failing(monkeypatch, error: OSError, here: Callable[[Path], bool]) -> None:
    """Let files of some names not be written."""
    written = files.write

    def write(path: Path, content: str | bytes) -> None:
        if here(path):
            raise error
        written(path, content)

    monkeypatch.setattr(files, "write", write)


def test_a_place_where_nobody_may_write_is_told(lake, tmp_path, monkeypatch, capsys):
    failing(monkeypatch, PermissionError(errno.EACCES, "", "结果"), lambda path: True)
    assert main(["at-scale", str(lake), "--out", str(tmp_path / "out")]) == 1
    assert "没有权限读写“结果”" in told(capsys)


def test_a_disk_that_is_full_at_the_end_leaves_the_last_results_as_they_were(lake, tmp_path, monkeypatch):
    run(lake, tmp_path, Here(lambda task: EMPTY))
    before = (tmp_path / RESULT).read_bytes()
    failing(monkeypatch, FULL, lambda path: path.name == RESULT)
    with pytest.raises(WriteError, match="磁盘满了。请删去不用的文件") as full:
        run(lake, tmp_path, Here(lambda task: EMPTY), as_of="2023-06-30")
    assert str(tmp_path / RESULT) in str(full.value)
    assert (tmp_path / RESULT).read_bytes() == before and not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    monkeypatch.undo()
    assert run(lake, tmp_path, Here(lambda task: EMPTY), as_of="2023-06-30").known == 1  # the unit's was kept


def test_what_a_full_disk_does_not_keep_for_the_next_run_is_in_the_results_all_the_same(
    lake, tmp_path, monkeypatch, capsys
):
    failing(monkeypatch, FULL, lambda path: "cache" in path.parts)
    monkeypatch.setattr(adapters, "Processes", lambda workers: Here(lambda task: EMPTY))
    monkeypatch.chdir(lake)
    assert main(["at-scale", ".", "--json"]) == 0  # the name of the lake is that of the folder
    out = tmp_path / "lake-results"
    assert f"结果都在，但没有能在“{out}”里逐个留下，下次要重算：磁盘满了" in told(capsys)
    assert (out / RESULT).is_file()


# --- writing into a lake -------------------------------------------------------------------------


def test_a_file_where_the_lake_should_be_is_told_and_left_alone(report, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("stateassets.cli.at_scale.open_report", lambda options: report)
    file = tmp_path / "lake"
    file.write_text("别人的")
    assert main(["at-scale", str(file), "--add"]) == 1
    err = told(capsys)
    assert "没有写成“" in err and f"“{file}”是文件，不是文件夹。请换一个文件夹" in err
    assert file.read_text() == "别人的" and all_in(tmp_path) == [file]


@every("error", [FULL, DUCKDB_FULL])
def test_a_lake_that_cannot_be_written_stays_as_it_was(error, report, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lakes")
    frames = {"rules": report.ledger.frames["rules"]}
    add(report.package, frames, folder / "lake", "甲区")
    before = {path: path.read_bytes() for path in all_in(folder) if path.is_file()}

    def keep(package, frames, half, names):
        (half / "rules.parquet").write_bytes(b"PAR1")
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lakes, "keep", keep)
        for lake in ("lake", "new/lake"):
            with pytest.raises(WriteError, match="磁盘满了。请删去不用的文件"):
                add(report.package, frames, folder / lake, "甲区")
    assert {path: path.read_bytes() for path in all_in(folder) if path.is_file()} == before
    assert not (folder / "new").exists() and len(all_in(folder / "lake")) == 3


def test_a_district_that_cannot_be_put_in_its_place_is_there_as_before(report, tmp_path, monkeypatch):
    frames = {"rules": report.ledger.frames["rules"]}
    folder = add(report.package, frames, tmp_path, "甲区")
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name == f".{folder.name}":
            raise PermissionError(errno.EACCES, "", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(WriteError, match="没有权限读写"):
        add(report.package, frames, tmp_path, "甲区")
    assert [p.name for p in tmp_path.iterdir()] == [folder.name] and (folder / "rules.parquet").is_file()


# --- a lake that is half written -----------------------------------------------------------------


def without_a_file(folder: Path) -> None:
    (folder / "headcount.parquet").unlink()


def without_many(folder: Path) -> None:
    for path in sorted(folder.glob("*.parquet"))[::2]:
        path.unlink()


def without_the_roster(folder: Path) -> None:
    (folder / "roster.parquet").unlink()


def cut_in_half(folder: Path) -> None:
    path = folder / "headcount.parquet"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def spoilt_inside(folder: Path) -> None:
    """Sound at its end, where the columns are told, and not before."""
    path = folder / "headcount.parquet"
    content = bytearray(path.read_bytes())
    content[4:2000] = bytes(1996)
    path.write_bytes(content)


def without_a_declaration(folder: Path) -> None:
    (folder / "datapackage.json").unlink()


def with_half_a_declaration(folder: Path) -> None:
    path = folder / "datapackage.json"
    path.write_text(path.read_text("utf-8")[:1000], "utf-8")


def written_again(folder: Path, columns: str) -> None:
    path = folder / "headcount.parquet"
    with duckdb.connect() as db:
        db.sql(f"SELECT {columns} FROM read_parquet('{path}')").write_parquet(f"{path}.new")
    Path(f"{path}.new").replace(path)


def without_a_column(folder: Path) -> None:
    written_again(folder, "* EXCLUDE (headcount)")


def with_texts_for_numbers(folder: Path) -> None:
    written_again(folder, "* REPLACE (headcount::VARCHAR || '人' AS headcount)")


def with_lists(folder: Path) -> None:
    written_again(folder, "* REPLACE ([headcount] AS headcount)")


def in_years_that_differ(folder: Path) -> None:
    """A text in one year and a list in the other are no column together."""
    path = folder / "headcount.parquet"
    for year, value in ((2022, "[1]"), (2023, "{'a': 1}")):
        (folder / f"year={year}").mkdir()
        with duckdb.connect() as db:
            made = db.sql(f"SELECT * REPLACE ({value} AS headcount) FROM read_parquet('{path}') WHERE year = {year}")
            made.write_parquet(str(folder / f"year={year}" / path.name))
    path.unlink()


HALVES = [
    (without_a_file, ["缺少“", "”的headcount.parquet：请把这些文件放进文件夹“", "--add重新写入"]),
    (without_many, ["缺少“", "等", "处：请把这些文件放进文件夹“"]),
    (without_the_roster, ["缺少roster.parquet：请把这些文件放进文件夹"]),
    (cut_in_half, ["headcount.parquet”不是完整的Parquet文件，多半没有写完：请把这个文件重新写一遍"]),
    (spoilt_inside, ["headcount.parquet”不是完整的Parquet文件"]),
    (
        without_a_declaration,
        ["里没有datapackage.json，不知道是哪一地区、哪一年的表", "请把这一地区data文件夹里的放进去"],
    ),
    (with_half_a_declaration, ["datapackage.json第41行：不是正确的JSON", "共1个问题，请改正后重试"]),
    (without_a_column, ["的文件headcount.parquet缺少“", "（headcount）”列：请重新写这张表"]),
    (with_texts_for_numbers, ["（headcount）”列存的是VARCHAR，不是整数：请照datapackage.json里的类型重新写这张表"]),
    (with_lists, ["（headcount）”列存的是", "不是整数：请照"]),
]


@pytest.mark.slow
@every(("spoil", "words"), HALVES)
def test_a_half_written_district_is_named_with_what_is_wrong_and_the_others_complete(
    spoil, words, district, tmp_path_factory
):
    lake = tmp_path_factory.mktemp("half")
    shutil.copytree(district, lake / "region=甲区")
    (lake / f"region={SOUND}").mkdir()
    spoil(lake / "region=甲区")
    engine = Here(lambda task: EMPTY if task.unit.region == SOUND else work(task))
    done = run(lake, lake / "out", engine)
    assert [*done.results] == [SOUND] and [*done.missing] == ["甲区"]
    said = done.missing["甲区"]
    assert all(word in said for word in words), said
    assert "\n" not in said and "Error" not in said and "请" in said


def test_a_district_that_is_as_it_should_be_is_not_complained_of(district):
    """Or the complaints above would tell nothing."""
    from stateassets.alerts.rules import RULES
    from stateassets.engines.work import counted, unfit
    from stateassets.tables.declared import DataPackage

    package, store = DataPackage.read(district), Store(district)
    assert RULES and not list(unfit(package, store, set(counted(package)) | lakes.tables()))


# --- a lake that goes away -----------------------------------------------------------------------


class Vanishing(Here):
    """An engine beside which somebody takes the lake away."""

    def __init__(self, lake: Path, function: Callable[[Task], bytes] = work) -> None:
        super().__init__(function)
        self.lake = lake

    def run(self, tasks):
        shutil.rmtree(self.lake)
        yield from super().run(tasks)


def test_a_lake_that_goes_away_meanwhile_is_told_of_each_district(lake, tmp_path):
    shutil.copytree(lake, tmp_path / "other")
    gone = run(lake, tmp_path / "out", Vanishing(lake)).missing["甲区"]
    assert "那里看不到文件夹“" in gone and "算的时候不能移走" in gone
    found = run(tmp_path / "other", tmp_path / "out", Vanishing(tmp_path / "other", lambda task: EMPTY))
    assert found.missing == {"甲区": "计算的时候这个区的文件有改动，请再运行一次"}


def test_a_file_that_goes_away_while_it_is_read_is_named(district, tmp_path):
    folder = tmp_path / "region=甲区"
    shutil.copytree(district, folder)
    store = Store(folder)
    (folder / "headcount.parquet").unlink()
    with pytest.raises(LakeError, match=r"headcount\.parquet”不见了：请看数据湖所在的磁盘或网络文件夹是不是还连着"):
        store.frames(names=["headcount"])


def test_files_of_a_table_that_do_not_go_together_are_told(district, tmp_path):
    shutil.copy(district / "headcount.parquet", tmp_path)
    in_years_that_differ(tmp_path)
    with pytest.raises(LakeError, match="“headcount”各个文件的列对不上，不能当一张表读：请把这张表的文件重新写一遍"):
        Store(tmp_path).frames()


def test_a_file_that_may_not_be_read_is_named(lake, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(LakeError, match=r"没有权限读“.*headcount\.parquet”：请管理员放开权限"):
        Store(lake / "region=甲区")


def test_a_district_whose_files_cannot_be_looked_at_is_missing_and_the_others_complete(lake, tmp_path, monkeypatch):
    shutil.copytree(lake / "region=甲区", lake / f"region={SOUND}")
    looked = runs.fingerprints

    def fingerprints(folder: Path) -> dict[str, str]:
        if SOUND in folder.name:
            return looked(folder)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(runs, "fingerprints", fingerprints)
    steps = []
    done = run(lake, tmp_path / "out", Here(lambda task: EMPTY), told=lambda *step: steps.append(step))
    assert [*done.results] == [SOUND] and "磁盘读写出错" in done.missing["甲区"]
    assert [step[:3] for step in steps] == [(2, 2, SOUND)]


def test_what_the_disk_does_to_duckdb_is_told_as_elsewhere():
    assert "磁盘满了" in in_words(DUCKDB_FULL) and "磁盘满了" in why(DUCKDB_FULL)
    assert "没有权限" in in_words(duckdb.IOException('Cannot open file "a": Permission denied'))
    assert in_words(duckdb.IOException("something else")) == ""
    assert why(NoTableError("人数")) == "本书没有“人数”这张表"
