"""What carries the units of work out: this process, processes of this machine, or a Dask cluster.

Each takes tasks and yields what became of every one, in the order in which they are done: its result, or why there
is none. Whatever happens to one, the others complete. Nothing is waited for without end.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Protocol
from uuid import uuid4

from ..notebooks.forks import end_with_spawner
from .work import Task, why, work

Function = Callable[[Task], bytes]
TRIES = 3  # of a unit whose process was killed
PATIENCE = 3600.0  # seconds in which at least one unit has to be done
CONNECT = 30.0  # seconds in which a scheduler has to answer
KILLED = "处理它的进程被终止了{}次，多半是内存不够：请给进程更多内存，或把这个单位分小"
TOO_LONG = "等了{:.0f}秒没有一个单位做完，不再等"
LOST = "与集群失去联系，或任务被取消"
NO_CLUSTER = "连不上集群“{}”：请看地址对不对、调度程序是不是开着"
NOT_INSTALLED = "没有安装dask.distributed：请运行pip install 'stateassets[cluster]'"


@dataclass(frozen=True)
class Outcome:
    """What became of a task: a result, or why there is none; ``killed`` if that is what its process was."""

    task: Task
    content: bytes | None
    why: str = ""
    killed: bool = False


class Engine(Protocol):
    """What carries tasks out."""

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Yield what became of each task, as they are done."""


class EngineError(RuntimeError):
    """An engine cannot be used at all; said in Chinese."""


class Here:
    """This process, one unit after the other."""

    def __init__(self, function: Function = work) -> None:
        self.function = function

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Yield what became of each task."""
        for task in tasks:
            try:
                yield Outcome(task, self.function(task))
            except Exception as error:
                yield Outcome(task, None, why(error))


class Processes:
    """Processes of this machine. A unit whose process is killed is tried again, alone."""

    def __init__(self, workers: int = 0, patience: float = PATIENCE, function: Function = work) -> None:
        self.function, self.workers, self.patience = function, workers or os.cpu_count() or 1, patience

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Yield what became of each task."""
        waiting, killed = deque(tasks), Counter[Task]()
        while waiting:
            yield from self._until_broken(waiting, killed)

    def _until_broken(self, waiting: deque[Task], killed: Counter[Task]) -> Iterator[Outcome]:
        pool = ProcessPoolExecutor(self.workers, get_context("spawn"), end_with_spawner)
        flying: dict[Any, Task] = {}
        try:
            while waiting or flying:
                # Whoever was there when a process was killed goes alone, so that it is known who did it.
                while waiting and len(flying) < (1 if killed[waiting[0]] else self.workers):
                    task = waiting.popleft()
                    flying[pool.submit(self.function, task)] = task
                done, _ = wait(flying, self.patience, FIRST_COMPLETED)
                if not done:
                    yield from (Outcome(task, None, TOO_LONG.format(self.patience)) for task in flying.values())
                    return
                for future in done:
                    error = future.exception()
                    if isinstance(error, BrokenExecutor):
                        yield from self._again(flying, waiting, killed)
                        return
                    task = flying.pop(future)
                    yield Outcome(task, None, why(error)) if error else Outcome(task, future.result())
        finally:
            for process in list((pool._processes or {}).values()):
                if flying:
                    process.kill()
            pool.shutdown(cancel_futures=True)

    def _again(self, flying: dict[Any, Task], waiting: deque[Task], killed: Counter[Task]) -> Iterator[Outcome]:
        for task in flying.values():
            killed[task] += 1
            if killed[task] < TRIES:
                waiting.append(task)
            else:
                yield Outcome(task, None, KILLED.format(TRIES), killed=True)


class Cluster:
    """A Dask cluster, given by the address of its scheduler. Every machine sees the lake at the same path."""

    def __init__(
        self, address: str, patience: float = PATIENCE, connect: float = CONNECT, function: Function = work
    ) -> None:
        self.function, self.address, self.patience, self.connect = function, address, patience, connect

    def run(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Yield what became of each task.

        Raises:
            EngineError: there is no such cluster.
        """
        try:
            import distributed
        except ModuleNotFoundError:
            raise EngineError(NOT_INSTALLED) from None
        try:
            client = distributed.Client(self.address, timeout=self.connect, set_as_default=False)
        except (OSError, ValueError, TimeoutError):
            raise EngineError(NO_CLUSTER.format(self.address)) from None
        suspects: list[Task] = []
        try:
            for outcome in self._together(client, tasks):
                if outcome.killed:
                    suspects.append(outcome.task)
                else:
                    yield outcome
            # The scheduler suspects all that a killed worker had before it: alone each shows what it does itself.
            for task in suspects:
                yield from self._together(client, [task])
        finally:
            client.close(timeout=self.connect)

    def _together(self, client: Any, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Yield what became of tasks that are given to the cluster at once."""
        import distributed

        run = uuid4().hex
        flying = {
            client.submit(self.function, task, key=f"stateassets-{run}-{n}", pure=False): task
            for n, task in enumerate(tasks)
        }
        while flying:
            try:
                with client.as_current():
                    done = distributed.wait(list(flying), timeout=self.patience, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                client.cancel(list(flying), force=True)
                yield from (Outcome(task, None, TOO_LONG.format(self.patience)) for task in flying.values())
                return
            except distributed.CancelledError:
                done = {f for f in flying if f.status == "cancelled"}
                if not done:
                    yield from (Outcome(task, None, LOST) for task in flying.values())
                    return
            for future in done:
                outcome = self._outcome(flying[future], future)
                if outcome:
                    del flying[future]
                    yield outcome
                    future.release()

    def _outcome(self, task: Task, future: Any) -> Outcome | None:
        """Return what became of a task, None where what it made went with its worker: it is done again."""
        import distributed

        if future.status == "finished":
            try:
                return Outcome(task, future.result(timeout=self.connect))
            except TimeoutError:
                return None
        if future.status == "cancelled":
            return Outcome(task, None, LOST)
        if future.status != "error":
            return None
        error = future.exception(timeout=self.connect)
        if isinstance(error, distributed.KilledWorker):
            return Outcome(task, None, KILLED.format(error.allowed_failures + 1), killed=True)
        return Outcome(task, None, why(error))
