"""Does it come out the same, every time? Run all notebooks many times over and compare.

Run ``python -m benchmarks.endurance [RUNS [STEP]]`` (default 50, and every notebook). Each run has a server of its own, and
each notebook a kernel of its own. A notebook that fails, that shows anything but what it showed in
the first run, or a process that is left behind is named, and the exit code is 1.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from stateassets.notebooks.provisioner import Server
from stateassets.notebooks.run import Run, run

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))


def shown(result: Run) -> list[object]:
    """Return what a notebook's cells show."""
    cells = [cell for cell in result.notebook.cells if cell.cell_type == "code"]
    return [[dict(output) for output in cell.outputs] for cell in cells]


def differences(first: list[Run], again: list[Run]) -> list[str]:
    """Return which notebooks failed, or show something else than in the first run."""
    found = [f"{one.path.name}: {one.fault}" for one in again if one.fault]
    return found + [
        f"{one.path.name}: shows something else, or read other tables"
        for one, before in zip(again, first, strict=True)
        if not one.fault and (shown(one), set(one.reads or ())) != (shown(before), set(before.reads or ()))
    ]


def left_behind(processes: Iterable[int]) -> list[str]:
    """Return which of the processes are still there."""
    found = []
    for pid in processes:
        with contextlib.suppress(OSError):  # it has ended
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
            if state not in "ZX":
                found.append(f"process {pid} is left behind")
    return found


def main(runs: int = 50, step: int = 1) -> int:
    """Run all notebooks, or one of so many, and say what differed; return the exit code."""
    notebooks, seconds, first, faults = NOTEBOOKS[::step], [], None, 0
    for number in range(1, runs + 1):
        begun = time.perf_counter()
        results = run(notebooks)
        seconds.append(time.perf_counter() - begun)
        server = Server.running()
        processes = [server.process.pid, *(kernel.pid for kernel in server.kernels.values())]
        Server.stop()
        first = first or results
        found = differences(first, results) + left_behind(processes)
        faults += len(found)
        print(f"{number}/{runs}  {seconds[-1]:.1f} s  {'; '.join(found) or 'same'}", flush=True)
    spread = f"{min(seconds):.1f} to {max(seconds):.1f}"
    print(
        f"{runs} runs of {len(notebooks)} notebooks: {faults} faults, "
        f"median {statistics.median(seconds):.1f} s ({spread} s)"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
