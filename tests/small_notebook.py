"""A notebook of a few cells of code."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from jupyter_client.provisioning import KernelProvisionerFactory


def notebook(path: Path, *cells: str) -> Path:
    """A notebook whose cells are code."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}},
    )
    nbformat.write(made, path)
    return path


def kernel_of(path: Path, folder: Path, monkeypatch, command: str) -> Path:
    """Have a notebook's kernel be what a shell's command starts."""
    place = folder / "jupyter" / "kernels" / "other"
    place.mkdir(parents=True)
    spec = {"argv": ["sh", "-c", command], "display_name": "x", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec), "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "jupyter"))
    path.write_text(path.read_text("utf-8").replace('"python3"', '"other"'), "utf-8")
    return path


def ordinary(monkeypatch) -> None:
    """Have kernels started as on a machine where nothing of the book is installed for Jupyter."""
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", "local-provisioner")
