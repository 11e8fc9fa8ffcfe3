"""nbval is given what the book's build has already computed, and still sees a wrong stored output."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import nbformat
import pytest
from paths import ROOT

CHAPTER = ROOT / "notebooks/1_basics/4_budget.ipynb"


@pytest.fixture(scope="module")
def conftest():
    spec = importlib.util.spec_from_file_location("notebooks_conftest", ROOT / "notebooks/conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def checked(conftest, stored: Path, executed: str, tmp_path: Path) -> pytest.ExitCode:
    class Plugin:
        def pytest_collection_modifyitems(self, items):
            for file in {item.parent for item in items}:
                file.setup = lambda file=file: conftest._replay(file, executed)

    options = ["--nbval", "--noconftest", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}"]
    return pytest.main([*options, "-c", "/dev/null", str(stored)], plugins=[Plugin()])


@pytest.mark.parametrize("spoiled", [False, True])
def test_a_stored_output_that_differs_from_the_kept_run_fails(conftest, tmp_path, spoiled):
    notebook = nbformat.read(CHAPTER, as_version=4)
    executed = nbformat.writes(notebook)
    if spoiled:
        output = next(c for c in notebook.cells if c.get("outputs")).outputs[0]
        output["data"]["text/plain"] += "9"
    stored = tmp_path / "chapter.ipynb"
    nbformat.write(notebook, stored)
    found = checked(conftest, stored, executed, tmp_path)
    assert found == (pytest.ExitCode.TESTS_FAILED if spoiled else pytest.ExitCode.OK)
