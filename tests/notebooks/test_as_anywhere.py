"""What a cell shows in an ordinary kernel, it shows in one that was forked."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import nbformat
import pytest
import yaml
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from paths import ROOT
from waiting import LONGEST

from stateassets.notebooks import NAME, available

CELLS: dict[str, str] = yaml.safe_load((ROOT / "tests/notebooks/cells.yml").read_text("utf-8"))
ORDINARY = "local-provisioner"  # Jupyter's own
OWN = re.compile(r"0x[0-9a-f]{6,}|(?<=ipykernel_)\d+")  # addresses and a process differ from one to the next

pytestmark = pytest.mark.skipif(not available(), reason="这个系统上没有可用的fork")
Shown = dict[str, list[str]]  # by cells' names


async def show(cells: dict[str, str], folder: Path, provisioner: str) -> Shown:
    """What cells show, one after the other, in a kernel of that kind."""
    manager = AsyncKernelManager(kernel_name="python3")
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": provisioner}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells.values()])
    (folder / "book").mkdir(parents=True)
    resources = {"metadata": {"path": str(folder / "book")}}
    client = NotebookClient(notebook, km=manager, resources=resources, allow_errors=True, timeout=LONGEST)
    try:
        await client.async_execute()
    finally:
        await manager.shutdown_kernel(now=True)
    return {name: plain(c.outputs, folder) for name, c in zip(cells, notebook.cells, strict=True)}


def plain(outputs: list[nbformat.NotebookNode], folder: Path) -> list[str]:
    """Outputs without what differs from one process to the next, a stream's pieces put together."""
    joined: list[nbformat.NotebookNode] = []
    for output in outputs:
        if joined and output.output_type == joined[-1].output_type == "stream" and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return [OWN.sub("…", str(output).replace(str(folder), "")) for output in joined]


def differences(cells: dict[str, str], tmp_path, kinds=(ORDINARY, NAME)) -> dict[str, object]:
    """Which cells do not show the same in kernels of two kinds, with what they show."""

    async def both() -> list[Shown]:
        return await asyncio.gather(*(show(cells, tmp_path / str(n), kind) for n, kind in enumerate(kinds)))

    one, other = asyncio.run(both())
    return {name: (one[name], other[name]) for name in cells if one[name] != other[name]}


def test_what_a_cell_shows_in_an_ordinary_kernel_it_shows_in_a_forked_one(tmp_path):
    assert differences(CELLS, tmp_path) == {}
