"""What a cell shows in an ordinary kernel, it shows in one that was forked."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from jupyter_client import AsyncKernelManager, KernelManager
from nbclient import NotebookClient
from paths import ROOT
from waiting import LONGEST, run

from stateassets.notebooks import NAME, available, warm_up

CELLS: dict[str, str] = yaml.safe_load((ROOT / "tests/notebooks/cells.yml").read_text("utf-8"))
ORDINARY = "local-provisioner"  # Jupyter's own
OWN = re.compile(
    r"0x[0-9a-f]{6,}|(?<=ipykernel_)\d+|(?<=pid=)\d+"
)  # addresses and a process differ from one to the next

pytestmark = pytest.mark.skipif(not available(), reason="这个系统上没有可用的fork")
Shown = dict[str, list[str]]  # by cells' names


async def show(cells: dict[str, str], folder: Path, provisioner: str) -> Shown:
    """What cells show, one after the other, in a kernel of that kind."""
    warm_up()  # for the tests after this one: Jupyter asks once which kernels it is to start
    manager = AsyncKernelManager(kernel_name="python3")
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": provisioner}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells.values()])
    (folder / "book").mkdir(parents=True)
    (folder / "book/matplotlibrc").write_text("lines.linewidth: 3\n")
    resources = {"metadata": {"path": str(folder / "book")}}
    client = NotebookClient(notebook, km=manager, resources=resources, allow_errors=True, timeout=LONGEST)
    try:
        # Where ipykernel sees pytest, it does not show what programs write.
        await client.async_execute(env={k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"})
    finally:
        await manager.shutdown_kernel(now=True)
    return {name: plain(c.outputs, folder) for name, c in zip(cells, notebook.cells, strict=True)}


def plain(outputs: list[nbformat.NotebookNode], folder: Path) -> list[str]:
    """Outputs without what differs from one process to the next.

    Each stream is put together: what a program writes arrives a little earlier or later.
    """
    streams: dict[str, str] = {}
    for output in outputs:
        if output.output_type == "stream":
            streams[output.name] = streams.get(output.name, "") + output.text
    shown = [*map(str, sorted(streams.items())), *(str(o) for o in outputs if o.output_type != "stream")]
    return [OWN.sub("…", one.replace(str(folder), "")) for one in shown]


def differences(cells: dict[str, str], tmp_path, kinds=(ORDINARY, NAME)) -> dict[str, object]:
    """Which cells do not show the same in kernels of two kinds, with what they show."""

    async def both() -> list[Shown]:
        return await asyncio.gather(*(show(cells, tmp_path / str(n), kind) for n, kind in enumerate(kinds)))

    one, other = run(both())
    return {name: (one[name], other[name]) for name in cells if one[name] != other[name]}


@pytest.mark.slow
def test_what_a_cell_shows_in_an_ordinary_kernel_it_shows_in_a_forked_one(tmp_path):
    assert len(CELLS) > 30
    assert differences(CELLS, tmp_path) == {}


def test_a_cell_that_shows_something_else_in_a_forked_kernel_is_named(tmp_path):
    cells = {"a sum": "1 + 1", "what is imported": "import sys\n'pandas' in sys.modules", "after it": "3"}
    found = differences(cells, tmp_path)
    assert [*found] == ["what is imported"]
    assert ["'False'" in shown[0] for shown in found["what is imported"]] == [True, False]


DRAWN = {
    "random": "import random\nrandom.random()",
    "numpy": "import numpy as np\nnp.random.rand()",
    "numpy's shuffle": "list(np.random.permutation(30))",
    "a generator": "np.random.default_rng().random()",
    "pandas": "import pandas as pd\npd.Series(range(30)).sample(5).tolist()",
    "uuid4": "import uuid\nuuid.uuid4()",
    "uuid1": "uuid.uuid1()",
    "secrets": "import secrets\nsecrets.token_hex()",
    "urandom": "import os\nos.urandom(9)",
    "a temporary name": "import tempfile\ntempfile.mktemp()",
    "a stream of its own": "random.Random().random()",
}


def test_no_two_kernels_draw_the_same_random_numbers(tmp_path):
    assert [*differences(DRAWN, tmp_path, (NAME, NAME))] == [*DRAWN]


ENVIRONMENT = {"MPLBACKEND": "svg", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "OF_ONES_OWN": "a"}
SETTLED = {
    "the backend": "import matplotlib.pyplot as plt\nplt.get_backend()",
    "the time": "import time\ntime.tzname",
    "hashes": "hash('国资'), list({'a', 'b', 'c', 'd'})",
    "a variable": "import os\nos.environ['OF_ONES_OWN']",
}


@pytest.mark.slow
def test_the_environment_that_a_kernel_is_given_decides_as_in_a_fresh_process(tmp_path, monkeypatch):
    run(show({"before": "1"}, tmp_path / "before", NAME))  # from a server of another environment
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    assert differences(SETTLED, tmp_path) == {}
    shown = run(show(SETTLED, tmp_path / "after", NAME))
    assert "svg" in shown["the backend"][0] and "JST" in shown["the time"][0]


@pytest.mark.parametrize("kind", [ORDINARY, NAME])
def test_a_cell_may_ask_where_somebody_can_answer(kind):
    warm_up()
    manager = KernelManager(kernel_name="python3")
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": kind}
    manager.start_kernel()
    asked, shown = [], []
    try:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(LONGEST)

        def answer(message):
            asked.append(message["content"]["prompt"])
            client.input("甲")

        client.execute_interactive(
            "print(input('谁？'))",
            allow_stdin=True,
            stdin_hook=answer,
            output_hook=lambda m: shown.append(m["content"].get("text", "")),
            timeout=LONGEST,
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert asked == ["谁？"] and "".join(shown) == "甲\n"
