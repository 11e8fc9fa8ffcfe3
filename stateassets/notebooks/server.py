"""The process that has everything imported, and forks a kernel for each request.

``python -m stateassets.notebooks.server FD``: FD is one end of a socket pair. A request is a line
of JSON with ``id``, ``argv``, ``cwd`` and ``env``; what comes back are lines with ``id`` and
``pid``, and ``id`` and ``status`` once that kernel has ended. When the other end closes, for
whatever reason, the kernels are killed and the server ends; kernels end with the server.

What a cell shows in an ordinary kernel it shows in a forked one. So what a process settles by its
environment, its folder or chance when it imports something is settled in the fork, or not here:
a server is for one environment (see ``provisioner``), and works things out in forks of its own.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import contextvars
import gc
import importlib
import io
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache, partial
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

from ..tables import dependency_log as reads
from ..tables.troubles import trouble
from .forks import begin, die_with_parent, side_by_side

if TYPE_CHECKING:
    from stateassets.measures.ledger import Known, Ledger
    from stateassets.report import Report

# Not matplotlib.pyplot, ipykernel.pylab or matplotlib_inline: imported before the kernel's shell
# exists, they leave charts out without a word. Not sympy or z3: what they are needed for is worked out once.
LIBRARIES = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.interactiveshell",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "pandas",
    "sqlite3",
    "tornado.platform.asyncio",
)
INLINE = "module://matplotlib_inline.backend_inline"
LEFT_OUT = (
    "stateassets.__main__",
    "stateassets.baseline",
    "stateassets.book",
    "stateassets.capture",
    "stateassets.cli.main",
    "stateassets.cli",
    "stateassets.engines",
    "stateassets.desk",
    "stateassets.importing",
    "stateassets.notebooks",
    "stateassets.new_book",
    "stateassets.rollup",
    "stateassets.serving",
)


def preload() -> None:
    """Import what notebooks use, and work out once what many of them ask for."""
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # else the debugger's modules say too much
    os.environ.setdefault("MPLBACKEND", INLINE)  # as a kernel does before anything is drawn
    gc.disable()  # of modules nothing ever goes
    with as_in_a_kernel():
        wait = read_tables()
        import stateassets

        for name in chain(LIBRARIES, modules(stateassets.__path__, "stateassets.")):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    gc.freeze()
    gc.enable()
    wait()
    with contextlib.suppress(Exception):  # faulty data are told by the notebook that meets them
        settings_at_first()
        work_out()()
    del os.environ["PYDEVD_DISABLE_FILE_VALIDATION"]
    gc.freeze()  # what is shared stays shared


@contextlib.contextmanager
def as_in_a_kernel() -> Iterator[None]:
    """Let libraries see what they look for when a cell imports them: pandas, whether this is a terminal."""
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    try:
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "UTF-8")):
            yield
    finally:
        del vars(builtins)["get_ipython"]


def modules(path: Iterable[str], prefix: str) -> Iterator[str]:
    """Name the modules that notebooks may use, without importing any."""
    for module in pkgutil.iter_modules(path, prefix):
        if not module.name.startswith(LEFT_OUT):
            yield module.name
            if module.ispkg:
                inner = [os.path.join(p, module.name.rpartition(".")[2]) for p in path]
                yield from modules(inner, f"{module.name}.")


def read_tables() -> Callable[[], object]:
    """Begin to read and check the tables; return what waits for it."""
    with contextlib.suppress(Exception):  # faulty data are told by the notebook that meets them
        from stateassets.tables.root import find_root

        from . import memo as kept

        return begin(partial(kept.read_tables, find_root()))
    return lambda: None


def work_out(alerts_only: bool = False) -> Callable[[], None]:
    """Work out once what many chapters ask for, or the alerts only, and share it with those that meet the same data.

    Returns:
        What keeps it for other runs.
    """
    from stateassets.pages.figure_index import chapters
    from stateassets.report import Report
    from stateassets.tables.root import find_root

    from . import memo as kept

    recalled = kept.recall_tables(find_root())
    report = Report()
    ledger = report.ledger
    kept.recall(ledger, report.root)
    before = set(ledger._known)
    pieces = alerts_to_find(report) if alerts_only else pieces_of_work(report)
    work = [make for key, make in pieces if key not in before]
    one = partial(new, ledger, before)
    few = len(work) < 2  # not worth a fork
    for found in map(one, work) if few else side_by_side(lambda n: one(work[n]), len(work)):
        ledger._known |= found
    ledger.share()
    if not alerts_only:
        chapters(report)  # are read once, for those that list them

    def keep() -> None:
        with contextlib.suppress(OSError):  # it is only worked out again
            if not recalled:
                kept.keep_tables(ledger, report.root)
            if before != set(ledger._known):
                kept.keep(ledger, report.root, before)

    return keep


def pieces_of_work(report: Report) -> Iterator[tuple[Hashable, Callable[[], object]]]:
    """Yield what many chapters ask for, by what the ledger then knows, the longest first.

    Each can be done by itself.
    """
    from stateassets.measures.ledger import CLASS, DISTRICT, ENTERPRISE, GROUP
    from stateassets.measures.registry import REGISTRY

    ledger = report.ledger

    def values() -> None:
        for name in REGISTRY:
            for by in (DISTRICT, GROUP):
                with contextlib.suppress(ValueError):  # not known for such scopes
                    ledger.value(name, ledger.scopes(by)[0], report.year)
                    for quantity in REGISTRY.quantities_of(name):
                        ledger.rows_of(quantity, ledger.scopes(by)[0], report.year)

    def parts(by: str) -> None:
        for name in REGISTRY:
            with contextlib.suppress(ValueError):
                if scopes := ledger.scopes(by):
                    ledger.value(name, scopes[0], report.year)

    def formulas() -> None:
        for name in REGISTRY:
            report.formula(name)

    yield "audit", lambda: report.audit
    yield "examination", lambda: report.examination
    yield "all values", partial(ledger.once, "all values", values)
    for by in (ENTERPRISE, CLASS):  # 比一比 and the facts for programs have all of these
        yield ("all values", by), partial(ledger.once, ("all values", by), partial(parts, by))
    yield "all formulas", partial(ledger.once, "all formulas", formulas)
    yield from alerts_to_find(report)


def alerts_to_find(report: Report) -> Iterator[tuple[Hashable, Callable[[], object]]]:
    """Yield the part of that work which is the alerts."""
    from stateassets.alerts.page import alerts_key, known_modules, known_on, month_before
    from stateassets.tables.periods import year_end

    ledger, today = report.ledger, year_end(report.year)
    for module in known_modules():
        for day in (today, month_before(today)):
            yield alerts_key(day, module), partial(known_on, ledger, day, module)


def new(ledger: Ledger, before: set[Hashable], work: Callable[[], object]) -> Known:
    """Do some work; return what the ledger knows by it. Work that cannot be done gives nothing."""
    with contextlib.suppress(Exception):  # faulty data are told by the notebook that meets them
        work()
    return {key: found for key, found in ledger._known.items() if key not in before}


def sources() -> list[str]:
    """The files of the loaded modules that somebody may be working on."""
    paths = [getattr(module, "__file__", None) or "" for module in tuple(sys.modules.values())]
    return [path for path in paths if path and "site-packages" not in path and not path.startswith(sys.base_prefix)]


def changed(paths: Iterable[str]) -> dict[str, int]:
    """When each of these files was changed."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            found[path] = os.stat(path).st_mtime_ns
    return found


def become_kernel(request: dict[str, Any], parent: int) -> NoReturn:
    """Turn this fork into the kernel that was asked for."""
    die_with_parent(parent)
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGIO):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    os.environ.update(request["env"], JPY_PARENT_PID=str(parent))
    os.chdir(request["cwd"])
    del sys.path[0]  # where the server was started
    start_apart()
    import ipykernel_launcher
    from ipykernel.kernelapp import IPKernelApp

    reads.start()
    sys.argv = [str(ipykernel_launcher.__file__), *request["argv"]]
    sys.orig_argv = [sys.executable, "-m", ipykernel_launcher.__name__, *request["argv"]]
    app: Any = IPKernelApp.instance(parent_handle=parent)  # watches it too, and says less
    app.initialize(request["argv"])
    app.start()
    raise SystemExit(0)


@cache
def settings_at_first() -> str:
    """Return the file of matplotlib's settings that was read when the server imported it."""
    import matplotlib

    return str(matplotlib.matplotlib_fname())


def start_apart() -> None:
    """Settle anew what libraries settled when the server imported them: by chance, and by the folder.

    Python's own random numbers start anew in every fork.
    """
    import matplotlib
    import numpy

    numpy.random.seed()
    if matplotlib.matplotlib_fname() != settings_at_first():
        found = matplotlib.rc_params()
        for settings in (matplotlib.rcParams, matplotlib.rcParamsOrig):
            settings.update({key: found[key] for key in found if key != "backend"})


def end_with(connection: socket.socket) -> None:
    """Let this process end as soon as the other end closes, while it is busy with something else."""
    import fcntl

    closed = select.poll()
    closed.register(connection, select.POLLRDHUP)  # told even where a request still waits

    def look(*_: object) -> None:
        if closed.poll(0):
            os._exit(0)

    signal.signal(signal.SIGIO, look)
    fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(connection, fcntl.F_SETFL, fcntl.fcntl(connection, fcntl.F_GETFL) | os.O_ASYNC)
    look()  # it may have closed before


def serve(connection: socket.socket) -> None:
    """Fork kernels until the other end closes, or sources have changed and the last of them has ended."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # from here on it is listened to
    parent, own = os.getpid(), sources()
    before = changed(own)
    kernels: dict[int, int] = {}  # process -> the request's number
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    rest = b""
    while True:
        ready = select.select([connection.fileno(), reader], [], [])[0]
        if reader in ready:
            os.read(reader, 512)
            for pid, status in ended():
                if pid in kernels:  # not what was begun before
                    say(connection, id=kernels.pop(pid), status=status)
        if connection.fileno() in ready:
            received = connection.recv(1 << 16)
            if not received:
                for pid in kernels:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                return
            *lines, rest = (rest + received).split(b"\n")
            for line in lines:
                request = json.loads(line)
                if changed(own) != before:
                    say(connection, id=request["id"], stale=True)
                    continue
                try:
                    pid = os.fork()
                except OSError:  # no room for another process: whoever asked starts an ordinary one
                    say(connection, id=request["id"])
                    continue
                if not pid:
                    for descriptor in (connection.fileno(), reader, writer):
                        os.close(descriptor)
                    connection.detach()
                    become(request, parent)
                kernels[pid] = request["id"]
                say(connection, id=request["id"], pid=pid)


def become(request: dict[str, Any], parent: int) -> NoReturn:
    """Be the kernel; whatever happens, never return to the server's loop."""
    status = 1
    try:
        become_kernel(request, parent)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except OSError as error:
        print(f"内核没有启动：{trouble(error)}。", file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            atexit._run_exitfuncs()
        os._exit(status)


def ended() -> Iterator[tuple[int, int]]:
    """Yield the kernels that have ended, with their exit status as Popen gives it."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            yield pid, os.waitstatus_to_exitcode(status)


def say(connection: socket.socket, **words: Any) -> None:
    """Tell the other end; that it may have closed shows at the next reading."""
    with contextlib.suppress(OSError):
        connection.sendall(json.dumps(words).encode() + b"\n")


def main() -> None:
    """Serve over the socket whose descriptor is the one argument."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    end_with(connection)
    contextvars.copy_context().run(preload)  # decimals and arrays keep their settings there
    serve(connection)


if __name__ == "__main__":
    main()
