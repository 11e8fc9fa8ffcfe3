"""A desk behind uvicorn at a free port, as it runs for people."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from desks import Stand

from stateassets.desk.application import application
from stateassets.desk.serving import configured


@contextmanager
def served(made: Stand) -> Iterator[int]:
    """Serve a desk; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(configured(application(made.desk)))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(30)
