"""A real PostgreSQL of our own, on a socket in a folder of our own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waiting import LONGEST

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def postgres_server(password: str) -> Iterator[str]:
    """Start a server; yield the address of its database, and stop it in the end. Without one installed, skip."""
    if not PROGRAMS and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    user: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    (folder / "word").write_text(password)
    os.chmod(folder / "word", 0o644)

    def run(program: str, *words: str) -> None:
        subprocess.run(
            [PROGRAMS[-1] / program, *words],
            check=True,
            cwd=folder,
            capture_output=True,
            timeout=LONGEST,
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]},
            **user,
        )  # type: ignore[call-overload]

    place = str(folder / "data")
    try:
        run("initdb", "-D", place, "-U", "me", "-A", "scram-sha-256", "--pwfile", str(folder / "word"), "-N")
        run(
            "pg_ctl",
            "-D",
            place,
            "-w",
            "-t",
            "120",
            "-l",
            str(folder / "log"),
            "-o",
            f"-k {folder} -c listen_addresses='' -c fsync=off",
            "start",
        )
        yield f"postgresql+psycopg://me:{password}@/postgres?host={folder}"
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            run("pg_ctl", "-D", place, "-m", "immediate", "stop")
        shutil.rmtree(folder)
