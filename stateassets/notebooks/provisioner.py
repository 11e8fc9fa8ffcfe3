"""Jupyter's way to a warm kernel: a provisioner that asks the server for a fork."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from ..tables.dependency_log import VARIABLE
from . import LOAD, available
from .forks import connected

LAUNCHER = "ipykernel_launcher"
OFTEN = 0.01  # seconds
TABLES = -1  # the id of what a server says of the tables; kernels count from 0
STARTING = 120  # seconds that the server may take to import everything on a busy machine
LONGEST = 90  # bytes of a folder's name: with a socket's, macOS takes 103 and Linux 107
# What differs from kernel to kernel, and is read when one starts.
EACH = {VARIABLE, "IPYTHONDIR", "JPY_SESSION_NAME", "JPY_PARENT_PID", "PYTEST_CURRENT_TEST"}
LIKE: tuple[list[str], ...] = (
    [],
    ["-Xfrozen_modules=off"],
)  # what Python may have been told for the server to do as well


class Forked:
    """A kernel that the server forked, with the parts of ``Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        self.pid = 0
        self.stale = self.given_up = False
        self.faults: list[str] = []  # in the tables
        self.returncode: int | None = None
        self.started, self.ended = threading.Event(), threading.Event()

    def hear(self, words: dict[str, Any]) -> None:
        """Take in what the server says about this kernel."""
        self.pid = words.get("pid", self.pid)
        self.stale = words.get("stale", False)
        self.faults = words.get("faults", [])
        if "status" in words:
            self.returncode = words["status"]
            self.ended.set()
        self.started.set()
        if self.given_up:
            self.kill()

    def give_up(self) -> None:
        """Wait no longer: if it starts after all, it ends at once."""
        self.given_up = True

    def poll(self) -> int | None:
        """Return the exit status, None while the kernel runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end and return the exit status."""
        self.ended.wait(timeout)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal if the kernel still runs."""
        if self.pid and self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill the kernel."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)


class Elsewhere:
    """A server that another process started, with the parts of ``Popen`` that are used."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        return 0 if self.ended.is_set() else None

    def wait(self) -> None:
        """Wait for the end."""
        self.ended.wait()


class Server:
    """The server of this process, started when the first kernel is asked for.

    Its environment cannot change: for another one there is another server, as there is after sources
    have changed. The one before goes on until its kernels have ended.
    """

    _latest: Server | None = None
    one_at_a_time = threading.RLock()

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = settled(env)
        self.process: subprocess.Popen[bytes] | Elsewhere
        self.process, self.end = connected("stateassets.notebooks.server", env=self.env)
        self.owner = os.getpid()
        self.kernels: dict[int, Forked] = {}
        self.numbers = itertools.count()
        self.retired = False
        threading.Thread(target=self._listen, daemon=True).start()

    @classmethod
    def running(cls, env: Mapping[str, str] = os.environ) -> Server:
        """Return the server for an environment; a fork of the process gets its own."""
        with cls.one_at_a_time:
            latest = cls._latest
            if latest and latest.owner == os.getpid() and latest.env != settled(env):
                latest.retire()
            if not latest or latest.owner != os.getpid() or latest.retired or latest.process.poll() is not None:
                cls._latest = latest = cls(env)
            return latest

    @classmethod
    def given(cls, end: socket.socket, heard: Forked) -> None:
        """Let this process have its kernels from a server that is there already, at the other end.

        What that says of its own accord, ``heard`` hears (see ``standby``).
        """
        cls._latest = given = cls.__new__(cls)
        given.env, given.end, given.process, given.owner = settled(os.environ), end, Elsewhere(), os.getpid()
        given.kernels, given.numbers, given.retired = {TABLES: heard}, itertools.count(), False
        threading.Thread(target=given._listen, daemon=True).start()

    @classmethod
    def stop(cls) -> None:
        """End the server and its kernels, if there is one."""
        with cls.one_at_a_time:
            if cls._latest and cls._latest.owner == os.getpid():
                cls._latest._close()
                cls._latest.process.wait()
            cls._latest = None

    def retire(self) -> None:
        """Start no more kernels, and end with the last of them."""
        with self.one_at_a_time:
            self.retired = True
            if not self.kernels:
                self._close()

    def _close(self) -> None:
        with contextlib.suppress(OSError):  # it has ended
            self.end.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self.end.makefile("rb") as lines:
            for line in lines:
                words = json.loads(line)
                number = words["id"]
                self.kernels[number].hear(words)
                if "pid" not in words:  # it has ended, or never began
                    with self.one_at_a_time:
                        del self.kernels[number]
                        if self.retired:
                            self.retire()
        # The server is gone, and its kernels with it.
        if isinstance(self.process, Elsewhere):
            self.process.ended.set()
        for kernel in self.kernels.values():
            kernel.hear({"status": -signal.SIGKILL})
        self.process.wait()

    def ask(self, argv: list[str], cwd: str, env: Mapping[str, str]) -> Forked:
        """Ask for a new kernel."""
        with self.one_at_a_time:
            kernel, number = Forked(), next(self.numbers)
            self.kernels[number] = kernel
            request = {"id": number, "argv": argv, "cwd": cwd, "env": {name: env[name] for name in EACH & env.keys()}}
            self.end.sendall(json.dumps(request).encode() + b"\n")
            return kernel


def settled(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what is each kernel's own."""
    return {name: value for name, value in env.items() if name not in EACH}


def forked(argv: list[str], cwd: str, env: Mapping[str, str]) -> Forked:
    """Return a kernel from a server that has its environment, and today's sources loaded.

    Raises:
        RuntimeError: there is none.
    """
    for _ in range(2):
        with Server.one_at_a_time:
            server = Server.running(env)
            kernel = server.ask(argv, cwd, env)
        if not kernel.started.wait(STARTING):
            kernel.give_up()
        if not kernel.stale:
            break
        server.retire()
    if not kernel.pid:
        raise RuntimeError("预热进程没有启动内核")
    return kernel


def short_folder() -> str | None:
    """Return a new folder in which sockets can lie, None if there is no place for one.

    The system knows sockets by short names only, and a folder for temporary files may have a long one.
    """
    for place in (tempfile.gettempdir, lambda: "/tmp", lambda: "/dev/shm"):
        with contextlib.suppress(OSError):
            folder = tempfile.mkdtemp(prefix="kernel-", dir=place())
            if len(os.fsencode(folder)) < LONGEST:
                return folder
            os.rmdir(folder)
    return None


class WarmProvisioner(LocalProvisioner):
    """Forks Python kernels of this environment, starts all others as usual."""

    process: Any = None  # a Forked, or a Popen
    folder: str | None = None

    @property
    def own(self) -> bool:
        """Whether the kernel asked for is one of this environment's Python."""
        python, *rest = self.kernel_spec.argv
        return python in {"python", "python3", sys.executable, Path(sys.executable).name} and LAUNCHER in rest

    @property
    def warm(self) -> bool:
        """Whether the kernel asked for is one that the server can give."""
        return available() and self.own and self.kernel_spec.argv[1 : self.kernel_spec.argv.index("-m")] in LIKE

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Have the kernel load the session, and choose a path of its own for its sockets.

        Free TCP ports can be lost to others before the kernel takes them.
        """
        if not self.own:
            return await super().pre_launch(**kwargs)
        if self.parent and self.folder is None and os.name == "posix" and (folder := short_folder()):
            self.folder = folder
            self.parent.transport, self.parent.ip = "ipc", str(Path(folder) / "s")
            self.parent.cache_ports = False
        kwargs["extra_arguments"] = list(dict.fromkeys([*(kwargs.get("extra_arguments") or ()), LOAD]))
        kwargs = await super().pre_launch(**kwargs)
        kwargs["env"].pop("PYTEST_CURRENT_TEST", None)  # else programs' output would not be shown
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel, or start an ordinary one."""
        if not self.warm:
            return await super().launch_kernel(cmd, **kwargs)
        argv = cmd[cmd.index(LAUNCHER) + 1 :]
        cwd = os.path.abspath(kwargs.get("cwd") or os.getcwd())
        try:
            kernel = await asyncio.to_thread(forked, argv, cwd, kwargs.get("env") or os.environ)
        except (OSError, RuntimeError) as error:
            self.log.warning("%s，改用普通内核", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid
        self.cwd = cwd
        return self.connection_info

    async def wait(self) -> int | None:
        """Wait for the kernel's end; Jupyter would look only every tenth of a second."""
        while isinstance(self.process, Forked) and self.process.poll() is None:
            await asyncio.sleep(OFTEN)
        return await super().wait()

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets."""
        await super().cleanup(restart)
        if self.folder and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None
