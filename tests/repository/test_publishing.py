"""The workflow that publishes the book: its commands exist, its rights are few, its parts pinned."""

from __future__ import annotations

import copy
import re
import shlex
import shutil
from typing import Any

import pytest
import yaml
from paths import ROOT

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text("utf-8"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
ON_THE_HOST = {"sudo"}  # what the build server brings along and a developer may lack


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def unpinned(workflow: dict[str, Any]) -> list[str]:
    """Actions that are not named by a commit."""
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    return [action for action in used if not PINNED.fullmatch(action)]


def missing_commands(workflow: dict[str, Any]) -> list[str]:
    """Commands of the workflow that are neither the project's nor a program of the host."""
    found = []
    for step in steps(workflow):
        for command in re.split(r"&&|\n", step.get("run", "")):
            words = [word for word in shlex.split(command) if word not in ON_THE_HOST]
            own = ROOT / words[0] if words else ROOT
            if words and not ((own.is_file() and own.stat().st_mode & 0o100) or shutil.which(words[0])):
                found.append(words[0])
    return found


def rights(workflow: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What each job may do."""
    return {name: job.get("permissions", workflow["permissions"]) for name, job in workflow["jobs"].items()}


def test_every_action_is_pinned_by_its_commit() -> None:
    assert len([s for s in steps(WORKFLOW) if "uses" in s]) >= 3
    assert unpinned(WORKFLOW) == []


def test_every_command_exists_and_the_checks_are_run_before_publishing() -> None:
    assert missing_commands(WORKFLOW) == []
    book = WORKFLOW["jobs"]["book"]["steps"]
    order = [step.get("run") or step["uses"].split("@")[0] for step in book]
    assert order.index(".ci/run") < order.index("actions/upload-pages-artifact")
    assert WORKFLOW["jobs"]["publish"]["needs"] == "book"


def test_targets_of_make_that_the_checks_call_exist() -> None:
    called = re.findall(r"^make ([a-z-]+)", (ROOT / ".ci/run").read_text("utf-8"), re.M)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert {"lint", "test-all", "book"} <= set(called) <= set(targets)


def test_what_is_published_is_what_make_book_makes() -> None:
    [upload] = [s for s in steps(WORKFLOW) if "upload-pages" in s.get("uses", "")]
    assert f"结果在{upload['with']['path']}；" in (ROOT / "Makefile").read_text("utf-8")


def test_only_the_publishing_job_may_write_and_only_pages() -> None:
    assert rights(WORKFLOW) == {"book": {"contents": "read"}, "publish": {"pages": "write", "id-token": "write"}}
    assert "main" in WORKFLOW["jobs"]["publish"]["if"]


@pytest.mark.parametrize("action", ["actions/checkout@v4", "actions/checkout@11bd71901"])
def test_an_action_that_is_not_pinned_is_noticed(action: str) -> None:
    spoilt = copy.deepcopy(WORKFLOW)
    spoilt["jobs"]["book"]["steps"][0]["uses"] = action
    assert unpinned(spoilt) == [action]


def test_a_command_that_does_not_exist_is_noticed() -> None:
    spoilt = copy.deepcopy(WORKFLOW)
    spoilt["jobs"]["book"]["steps"].append({"run": ".ci/gone && make book"})
    assert missing_commands(spoilt) == [".ci/gone"]
