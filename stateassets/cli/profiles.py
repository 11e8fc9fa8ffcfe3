"""``profiles``: one page for each first-level group."""

from __future__ import annotations

import argparse

from .common import open_report, print_json

NAME, HELP = "profiles", "按企业名录补齐企业画像，每户一级企业一页"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing but what every command takes."""


def run(options: argparse.Namespace) -> int:
    """Run the command and return its exit code."""
    from dataclasses import asdict

    from ..pages.profile_notebooks import refresh

    changes = refresh(open_report(options))
    if options.json:
        print_json(asdict(changes))
    else:
        print(changes)
    return 0
