"""What arrives, who is told and who signs in lie beside the book: nothing of it is ever in the site."""

import json
import shutil

import pytest
from paths import ROOT

from stateassets.book import downloads, staging
from stateassets.capture.settings import DEFAULTS, FILE
from stateassets.capture.store import FILE as STORE

SECRET = "不该出现的一句话"
INBOX = DEFAULTS["inbox"]
BESIDE = (
    STORE,
    f"{STORE}-wal",
    FILE,
    ".platform.lock",
    f"{INBOX}/A1/快报.csv",
    f"{INBOX}/.已收/1_快报.md",
    "data/.来件.csv",
)


def leaked(site):
    """Return the files of a site that are the store's, the inbox's or the desk's, by their names or by what they hold."""
    names = {name.rpartition("/")[2] for name in BESIDE}
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() and (path.name in names or SECRET.encode() in path.read_bytes())
    )


@pytest.fixture
def site(tmp_path):
    """A site as a build stages it: a page, and the tables that are declared; beside the book all that must not be in it."""
    root, site = tmp_path, tmp_path / "_build" / "html"
    shutil.copytree(ROOT / "data", root / "data")
    shutil.copyfile(ROOT / "_toc.yml", root / "_toc.yml")
    for name in BESIDE:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"# {SECRET}", "utf-8")
    staged = staging.begin(site)
    (staged / "index.html").write_text("<p>首页</p>", "utf-8")
    resources = json.loads((root / "data/datapackage.json").read_text("utf-8"))["resources"]
    few = [one for one in resources if one["name"] in ("enterprises", "returns", "flash_reports")]
    downloads.copy_tables(root / "data", staged, few, 2023)
    staging.put(site)
    return site


def test_nothing_of_the_store_the_inbox_or_the_desk_is_in_the_site(site):
    assert (site / "data").is_dir() and leaked(site) == []


def test_what_did_get_in_is_found_by_its_name_and_by_what_it_holds(site):
    shutil.copyfile(site.parents[1] / f"{INBOX}/A1/快报.csv", site / "data" / "a.csv")
    (site / "_static").mkdir()
    (site / "_static" / STORE).write_bytes(b"")
    assert leaked(site) == [f"_static/{STORE}", "data/a.csv"]
