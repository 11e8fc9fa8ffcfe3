"""Run notebooks side by side, each in a kernel of its own."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty

import nbformat
from jupyter_client import KernelClient
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from ..tables import dependency_log as reads
from ..tables.troubles import trouble
from . import LOAD, warm_up

# More than there are cores: a kernel often waits, for its start, its end, its messages.
SIDE_BY_SIDE = min(8, 3 * (os.cpu_count() or 1))
STARTS = 3  # of a kernel that ends at once
ASKS = "要人从键盘输入（input、getpass），这样运行时没有人回答。请把要输入的内容写进表里或代码里"
NOT_STARTED = "内核没有启动"
MOST_SECONDS = 300  # for one cell; nbval would wait for half an hour


@dataclass(frozen=True)
class Run:
    """A notebook with its outputs, and which files it read; ``reads`` is None if not recorded.

    ``fault`` says in Chinese what went wrong, and in which cell; empty if all went well.
    """

    path: Path
    notebook: NotebookNode
    reads: tuple[Path, ...] | None
    fault: str


Progress = Callable[[Run, float, int, int], None]  # its seconds, how many are done, of how many


def run(
    paths: Iterable[Path],
    *,
    timeout: int = MOST_SECONDS,
    side_by_side: int = SIDE_BY_SIDE,
    progress: Progress | None = None,
) -> list[Run]:
    """Run notebooks and return them in the order given; those that fail say why."""
    warm_up()
    work = _all(list(paths), timeout, side_by_side, progress)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:  # called from within a notebook or a browser's driver
        return thread.submit(asyncio.run, work).result()


async def _all(paths: list[Path], timeout: int, side_by_side: int, progress: Progress | None) -> list[Run]:
    places, done = asyncio.Semaphore(side_by_side), 0

    async def one(path: Path) -> Run:
        nonlocal done
        async with places:
            begun = time.perf_counter()
            found = await _one(path, timeout)
            done += 1
            if progress:
                progress(found, time.perf_counter() - begun, done, len(paths))
            return found

    return await asyncio.gather(*map(one, paths))


class Client(NotebookClient):
    """Begins as soon as the kernel answers; Jupyter's own goes on to wait for 0.2 s of silence."""

    async def async_start_new_kernel_client(self) -> KernelClient:
        """Connect to the kernel.

        Raises:
            NotStartedError: it does not answer.
        """
        assert self.km
        self.kc = kernel = self.km.client()
        kernel.start_channels(stdin=False)  # nobody is there to answer
        end = time.monotonic() + self.startup_timeout
        while (alive := await ensure_async(self.km.is_alive())) and time.monotonic() < end:
            kernel.kernel_info()
            with contextlib.suppress(Empty):
                await ensure_async(kernel.get_shell_msg(timeout=1))
                await ensure_async(kernel.get_iopub_msg(timeout=0.2))  # it is heard there, too
                return kernel
        await self._async_cleanup_kernel()
        raise NotStartedError(ended=not alive)


class NotStartedError(Exception):
    """A kernel does not answer, or has ended before it did."""

    def __init__(self, ended: bool) -> None:
        super().__init__(
            "内核一启动就退出了。请看上面内核自己说的原因" if ended else "内核没有应答。请关掉其他程序，再运行一遍"
        )
        self.ended = ended


async def _one(path: Path, timeout: int) -> Run:
    notebook = nbformat.read(path, as_version=4)
    cell = 0  # of code, as a reader counts them

    def running(cell_index: int, **_: object) -> None:
        nonlocal cell
        cell = sum(c.cell_type == "code" for c in notebook.cells[: cell_index + 1])

    # Asked to end, one kernel in a dozen waits for seconds for a thread of its own that has ended.
    client = Client(
        notebook,
        timeout=timeout,
        extra_arguments=[LOAD],  # where the kernels are not the book's own, too
        startup_timeout=MOST_SECONDS,  # a kernel on a busy machine begins late
        record_timing=False,
        on_cell_execute=running,
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(path.parent)}},
    )
    known = None
    try:
        with tempfile.TemporaryDirectory(prefix="reads-") as folder:
            record = Path(folder) / "reads"
            await _execute(client, {**os.environ, **settings_folder(folder), reads.VARIABLE: str(record)})
            known = tuple(reads.recorded(record)) if record.exists() else None
        fault = ""
    except CellExecutionError as error:
        fault = f"第{cell}个代码格出错：{error.ename}：{error.evalue}\n{error.traceback}"
        if error.ename == "StdinNotImplementedError":
            fault = f"第{cell}个代码格{ASKS}"
    except CellTimeoutError:
        fault = f"第{cell}个代码格运行超过{timeout}秒，已中止"
    except DeadKernelError:
        fault = f"第{cell}个代码格运行时内核意外退出（可能内存不够，或被其他程序结束）"
    except NoSuchKernel as error:
        fault = f"没有装名叫“{error.name}”的内核"
    except (NotStartedError, RuntimeError) as error:
        fault = f"{NOT_STARTED}：{error}"
    except OSError as error:
        fault = f"{NOT_STARTED}：{trouble(error)}"
    finally:
        atexit.unregister(client._cleanup_kernel)  # nbclient leaves it there if the kernel did not start
    return Run(path, notebook, known, fault)


def settings_folder(spare: str) -> dict[str, str]:
    """Return where IPython is to keep its settings, if it cannot where it would; it would warn in a cell, or fail."""
    folder = Path(os.environ.get("IPYTHONDIR") or "~/.ipython").expanduser() / "profile_default"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return {}
    return {"IPYTHONDIR": spare}


async def _execute(client: Client, env: dict[str, str]) -> None:
    """Run the notebook; a kernel that ends before it begins, as when others took its ports, is started again."""
    for again in reversed(range(STARTS)):
        try:
            await client.async_execute(env=env)
            return
        except NotStartedError as error:
            if not (error.ended and again):
                raise
