"""A process that has everything imported and the tables read, and gives each build a server of kernels.

``python -m stateassets.notebooks.standby FD``: over FD, one end of a socket pair, it is sent one end of
another, and forks a server (``server``) that looks at the tables as they are now, tells at that end what is
wrong in them (a line of JSON with the id ``TABLES`` and ``faults``) and then gives kernels until it closes.
The byte that comes with an end says what is worked out before: ``WHOLE``, or only the ``ALERTS``, for whom
somebody waits. When FD closes, this process ends.
"""

from __future__ import annotations

import contextlib
import contextvars
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable

from ..tables.data_errors import DataError
from . import forks, server
from .provisioner import TABLES

WHOLE, ALERTS = b"w", b"a"


def main() -> None:
    """Stand by until the other end closes."""
    control = socket.socket(fileno=int(sys.argv[1]))
    server.end_with(control)
    contextvars.copy_context().run(server.preload)
    before = _content()  # what comes while it is read is renewed by the servers
    faults, keep = contextvars.copy_context().run(_renew)
    if keep:
        keep()
    known = "" if faults else before
    signal.signal(signal.SIGIO, signal.SIG_IGN)  # from here on it is listened to
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a server ended
    while True:
        wanted, received, _, _ = socket.recv_fds(control, 1, 1)
        if not received:
            return
        if not os.fork():
            control.close()
            _serve(received[0], known, wanted == ALERTS)
        os.close(received[0])


def _serve(descriptor: int, known: str, alerts_only: bool) -> None:
    """Be the server at one end, and never return."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        connection = socket.socket(fileno=descriptor)
        server.end_with(connection)
        faults, keep = contextvars.copy_context().run(_renew, alerts_only) if _content() != known else ([], None)
        connection.sendall(json.dumps({"id": TABLES, "faults": faults}).encode() + b"\n")
        if keep:
            forks.begin(keep)  # nobody waits for it
        server.serve(connection)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _content() -> str:
    """Return a hash of the tables; empty where there is no book."""
    from ..tables.root import find_root
    from ..tables.validation import fingerprint

    with contextlib.suppress(DataError, OSError):
        return fingerprint(find_root() / "data")
    return ""


def _faults() -> list[str]:
    """Read what has changed in the tables; return what is wrong in them."""
    from ..report import Report

    try:
        Report()
    except DataError as error:
        return list(map(str, error.faults))
    return []


def _renew(alerts_only: bool = False) -> tuple[list[str], Callable[[], None] | None]:
    """Read what has changed in the tables and work out what rests on it.

    Returns:
        What is wrong in them, and what keeps for other runs what was worked out, if anything was.

    A group that has come or gone has its page written or removed, for which there is another build.
    """
    from ..pages.profile_notebooks import refresh
    from ..report import Report

    keep = None
    if faults := _faults():
        return faults, keep
    with contextlib.suppress(Exception):  # told by the chapter that meets it
        keep = server.work_out(alerts_only)
        if not alerts_only:
            refresh(Report())
    return [], keep


if __name__ == "__main__":
    main()
