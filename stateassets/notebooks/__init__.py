"""Warm kernels: each notebook's kernel is forked from a process that has the imports done.

A kernel of its own takes about two seconds to start, import pandas and draw its first chart. Here
one server does that once and forks; a fork is a fresh, isolated process in a few hundredths of a
second. Jupyter finds it as the kernel provisioner ``stateassets-warm``. Where there is no fork,
or the kernel is another Python's, an ordinary kernel is started and gives the same results.
Either loads ``session``, which the chapters are shown with.
"""

from __future__ import annotations

import os
from importlib.metadata import entry_points

from . import forks

GROUP = "jupyter_client.kernel_provisioners"
NAME = "stateassets-warm"
VARIABLE = "JUPYTER_DEFAULT_PROVISIONER_NAME"  # Jupyter's own
COLD = "STATEASSETS_COLD_KERNELS"  # set: ordinary kernels, to compare with
LOAD = "--ext=stateassets.notebooks.session"  # a kernel's argument


def available() -> bool:
    """Whether kernels can be forked here."""
    return forks.available() and not os.environ.get(COLD)


def warm_up() -> None:
    """Let the kernels that this process starts be the book's own, unless another way was chosen."""
    if entry_points(group=GROUP, name=NAME):
        os.environ.setdefault(VARIABLE, NAME)


def start() -> None:
    """Start the server, if there is to be one, before its first kernel is asked for."""
    warm_up()
    if available() and os.environ.get(VARIABLE) == NAME:
        from .provisioner import Server

        Server.running()
