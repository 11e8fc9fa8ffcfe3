"""A notebook of a few cells of code."""

from __future__ import annotations

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


def ordinary(monkeypatch) -> None:
    """Have kernels started as on a machine where nothing of the book is installed for Jupyter."""
    monkeypatch.setattr(KernelProvisionerFactory.instance(), "default_provisioner_name", "local-provisioner")
