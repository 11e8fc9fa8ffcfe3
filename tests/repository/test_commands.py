"""The commands that README promises, and what a machine without Python for them is told."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from many import every
from paths import ROOT
from waiting import LONGEST

from stateassets.cli.main import main

REQUIREMENTS = ("requirements.txt", "requirements-lab.txt", "requirements-dev.txt", "constraints.txt")
GUIDES = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")
# What the script needs of a bare machine; nothing else is on the PATH of these tests.
TOOLS = ("sh", "make", "cat", "cksum", "dirname", "echo", "env", "grep", "mktemp", "rm", "sed", "sleep")

OLD = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python 3.9.2' && exit\nexit 1\n"
# New enough, but venv cannot be imported.
NO_VENV = '#!/bin/sh\ncase "$2" in *version_info*) exit 0 ;; esac\nexit 1\n'
# Makes a .venv whose pip finds no network.
NO_NETWORK = """#!/bin/sh
[ "$2" = venv ] || exit 0
mkdir -p "$3/bin"
printf '%s\\n' '#!/bin/sh' 'echo "ERROR: Connection refused"; exit 1' > "$3/bin/python"
chmod +x "$3/bin/python"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The files that set-up reads, in a folder whose name has a space and Chinese characters."""
    folder = tmp_path / "报告 副本"
    (folder / "tools").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "tools/bootstrap.sh", *REQUIREMENTS):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(checkout: Path, python: str = "", target: str = "book") -> subprocess.CompletedProcess[str]:
    """Run make with nothing but the plain tools and the given python3 on the PATH."""
    tools = checkout.parent / "bin"
    tools.mkdir(exist_ok=True)
    for name in (*TOOLS, "mkdir", "chmod", "tail"):
        found = shutil.which(name)
        assert found, name
        if not (tools / name).exists():
            (tools / name).symlink_to(found)
    if python:
        (tools / "python3").write_text(python, "utf-8")
        (tools / "python3").chmod(0o755)
    environment = {"PATH": str(tools), "LC_ALL": "C.UTF-8", "HOME": str(checkout.parent)}
    return subprocess.run(
        ["make", *target.split()],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )


@pytest.mark.parametrize(
    ("python", "told"),
    [
        (OLD, "需要Python 3.11或更新版本，这台机器上没有（Python 3.9.2）"),
        ("", "需要Python 3.11或更新版本，这台机器上没有（没有找到python3）"),
        (NO_VENV, "Python缺少venv模块"),
        (NO_NETWORK, "没有装好：连不上软件源"),
    ],
    ids=["old", "none", "no venv", "no network"],
)
@pytest.mark.parametrize("target", ["book", "lab", "test"])
def test_what_is_missing_is_said_in_chinese_and_nothing_half_made_stays(
    checkout: Path, python: str, told: str, target: str
) -> None:
    before = sorted(checkout.rglob("*"))
    result = run(checkout, python, target)
    assert result.returncode != 0
    assert told in result.stderr
    assert sorted(checkout.rglob("*")) == before


def test_a_python_named_by_the_user_is_not_silently_replaced(checkout: Path) -> None:
    environment = {**os.environ, "PYTHON": "/nowhere/python3"}
    result = subprocess.run(
        ["sh", "tools/bootstrap.sh"],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert result.returncode != 0
    assert "/nowhere/python3" in result.stderr


def targets() -> set[str]:
    """The targets of the Makefile that have a description."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M))


def test_make_alone_lists_the_targets_in_chinese(checkout: Path) -> None:
    shown = run(checkout, target="help")
    assert run(checkout, target="").stdout == shown.stdout
    for name in ("book", "test", "test-all", "lint", "serve", "lab", "outputs", "sample"):
        assert re.search(rf"^  {name} +\S*[一-鿿]", shown.stdout, re.M), name


def test_the_build_server_runs_lint_tests_and_the_book() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    called = re.findall(r"^make (.*)$", script, re.M)
    assert called == ["ready-dev", 'lint >"$told" 2>&1 &', "book", "test-all"]
    assert re.search(r'^lint=\$!$.*^make book\nwait "\$lint"$', script, re.M | re.S)  # and fails if it failed
    assert "set -euo pipefail" in script


def loose(lines: str) -> list[str]:
    """Requirement lines that leave a version open."""
    plain = [re.split(r"\s+#|^#", line)[0].strip() for line in lines.splitlines()]
    pinned = re.compile(r"[\w.-]+(?:\[[\w,]+\])?==[\w.]+|-e \.|-c constraints\.txt")
    return [line for line in plain if line and not pinned.fullmatch(line)]


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned(name: str) -> None:
    assert loose((ROOT / name).read_text("utf-8")) == []


@pytest.mark.parametrize("line", ["pandas", "pandas>=3", "pandas==3.*", "-e /here", "a @ file:b"])
def test_a_requirement_that_is_not_pinned_is_found(line: str) -> None:
    assert loose(f"numpy==2.4.6  # reason\n{line}\n") == [line]


def test_requirements_and_constraints_agree() -> None:
    """pip refuses the whole installation where the two files name different versions."""

    def pins(name: str) -> dict[str, str]:
        text = (ROOT / name).read_text("utf-8")
        found = re.findall(r"^([\w.-]+)(?:\[.+\])?==([\w.]+)", text, re.M)
        return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}

    constraints = pins("constraints.txt")
    for name in REQUIREMENTS[:-1]:
        assert pins(name).items() <= constraints.items()


def test_the_package_itself_is_the_last_requirement() -> None:
    assert (ROOT / "requirements.txt").read_text("utf-8").splitlines()[-1] == "-e ."


def test_stored_outputs_are_kept_by_the_same_rules_everywhere() -> None:
    """A hook that strips outputs would turn the regression test off without a word."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    flags = re.search(r"^STRIP := (.*)$", makefile, re.M)
    assert flags
    assert "--keep-output --keep-count" in flags[1]
    assert f"-m nbstripout {flags[1]}\n" in (ROOT / ".pre-commit-config.yaml").read_text("utf-8")


def unknown_commands(text: str) -> list[str]:
    """Commands in a guide that do not exist."""
    made = set(re.findall(r"\bmake ([a-z][\w-]*)", text)) - targets()
    asked = set(re.findall(r"python -m stateassets ([a-z]\w*)", text))
    return sorted(made | {name for name in asked if not answers(name)})


def answers(subcommand: str) -> bool:
    """Whether the command line knows a subcommand."""
    with pytest.raises(SystemExit) as ended:
        main([subcommand, "--help"])
    return ended.value.code == 0


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_in_the_guides_exists(guide: str) -> None:
    assert unknown_commands((ROOT / guide).read_text("utf-8")) == []


@pytest.mark.parametrize("guide", GUIDES[:2])
def test_the_readmes_name_every_command(guide: str) -> None:
    text = (ROOT / guide).read_text("utf-8")
    for command in ("make book", "make test", "jupyter-book build .", "pytest --nbval notebooks"):
        assert command in text
    for name in ("check", "figures", "audit"):
        assert f"python -m stateassets {name}" in text


def test_a_command_that_does_not_exist_is_found() -> None:
    text = "`make book`, `make coffee`, `python -m stateassets check`, `python -m stateassets fly`"
    assert unknown_commands(text) == ["coffee", "fly"]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_a_guide_links_exists(guide: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / guide).read_text("utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


@every("path", sorted([*ROOT.glob("benchmarks/*.py"), *ROOT.glob("tools/*.py")]), ids=lambda p: p.stem)
def test_what_is_seldom_run_imports_what_there_is(path: Path) -> None:
    importlib.import_module(path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."))
