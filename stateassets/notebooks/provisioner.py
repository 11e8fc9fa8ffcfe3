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
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from . import LOAD, available

LAUNCHER = "ipykernel_launcher"
OFTEN = 0.01  # seconds
TABLES = -1  # the id of what a server says of the tables; kernels count from 0
STARTING = 120  # seconds that the server may take to import everything on a busy machine


class Forked:
    """A kernel that the server forked, with the parts of ``Popen`` that Jupyter uses."""

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        self.pid = 0
        self.stale = False
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

    def poll(self) -> int | None:
        """Return the exit status, None while the kernel runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end and return the exit status."""
        self.ended.wait(timeout)
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal if the kernel still runs."""
        if self.returncode is None:
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
    """The one server of this process, started when the first kernel is asked for."""

    _only: Server | None = None
    _starting = threading.Lock()

    def __init__(self) -> None:
        self.end, other = socket.socketpair()
        with other:
            command = [sys.executable, "-m", "stateassets.notebooks.server", str(other.fileno())]
            # A session of its own: Ctrl-C is for the build, which ends the server by closing.
            self.process: subprocess.Popen[bytes] | Elsewhere = subprocess.Popen(
                command, pass_fds=[other.fileno()], stdin=subprocess.DEVNULL, start_new_session=True
            )
        self.owner = os.getpid()
        self.kernels: dict[int, Forked] = {}
        self.numbers = itertools.count()
        self.sending = threading.Lock()
        threading.Thread(target=self._listen, daemon=True).start()

    @classmethod
    def running(cls) -> Server:
        """Return the server of this process; a fork of the process gets its own."""
        with cls._starting:
            only = cls._only
            if only is None or only.process.poll() is not None or only.owner != os.getpid():
                cls._only = only = cls()
            return only

    @classmethod
    def given(cls, end: socket.socket, heard: Forked) -> None:
        """Let this process have its kernels from a server that is there already, at the other end.

        What that says of its own accord, ``heard`` hears (see ``standby``).
        """
        cls._only = only = cls.__new__(cls)
        only.end, only.process, only.owner = end, Elsewhere(), os.getpid()
        only.kernels, only.numbers, only.sending = {TABLES: heard}, itertools.count(), threading.Lock()
        threading.Thread(target=only._listen, daemon=True).start()

    @classmethod
    def stop(cls) -> None:
        """End the server and its kernels, if there is one."""
        with cls._starting:
            if cls._only and cls._only.owner == os.getpid():
                cls._only.end.shutdown(socket.SHUT_RDWR)
                cls._only.process.wait()
            cls._only = None

    def _listen(self) -> None:
        with contextlib.suppress(OSError), self.end.makefile("rb") as lines:
            for line in lines:
                words = json.loads(line)
                self.kernels[words["id"]].hear(words)
        # The server is gone, and its kernels with it.
        if isinstance(self.process, Elsewhere):
            self.process.ended.set()
        for kernel in self.kernels.values():
            if kernel.returncode is None:
                kernel.hear({"status": -signal.SIGKILL})

    def fork(self, argv: list[str], cwd: str, env: dict[str, str]) -> Forked:
        """Return a new kernel.

        Raises:
            RuntimeError: the server did not start it.
        """
        kernel, number = Forked(), next(self.numbers)
        self.kernels[number] = kernel
        request = {"id": number, "argv": argv, "cwd": cwd, "env": env}
        with self.sending:
            self.end.sendall(json.dumps(request).encode() + b"\n")
        if not kernel.started.wait(STARTING) or not (kernel.pid or kernel.stale):
            raise RuntimeError("预热进程没有启动内核")
        return kernel


def forked(argv: list[str], cwd: str, env: dict[str, str]) -> Forked:
    """Return a kernel from a server that has today's sources loaded."""
    kernel = Server.running().fork(argv, cwd, env)
    if kernel.stale:
        Server.stop()
        kernel = Server.running().fork(argv, cwd, env)
    return kernel


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
        return available() and self.own

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Have the kernel load the session, and choose a path of its own for its sockets.

        Free TCP ports can be lost to others.
        """
        if self.warm and self.parent and self.folder is None:
            self.folder = tempfile.mkdtemp(prefix="kernel-")
            self.parent.transport, self.parent.ip = "ipc", str(Path(self.folder) / "s")
            self.parent.cache_ports = False
        if self.own:
            kwargs["extra_arguments"] = list(dict.fromkeys([*(kwargs.get("extra_arguments") or ()), LOAD]))
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel, or start an ordinary one."""
        if not self.warm:
            return await super().launch_kernel(cmd, **kwargs)
        argv = cmd[cmd.index(LAUNCHER) + 1 :]
        cwd = os.path.abspath(kwargs.get("cwd") or os.getcwd())
        env = dict(kwargs.get("env") or os.environ)
        try:
            kernel = await asyncio.to_thread(forked, argv, cwd, env)
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
