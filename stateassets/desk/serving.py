"""The desk at a port, until it is told to end."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADS = 10.0  # seconds in which the head of a request must have come
CONNECTIONS = 500  # at once; more are told to come later


class PatientProtocol(H11Protocol):
    """uvicorn's own, which besides ends a connection that dribbles the head of a request."""

    slow: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to count when somebody connects."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Count as long as no whole head is there."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Count anew for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count no more."""
        self._rest()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._rest()
        elif self.slow is None:
            self.slow = self.loop.call_later(HEADS, self.transport.abort)

    def _rest(self) -> None:
        if self.slow is not None:
            self.slow.cancel()
            self.slow = None


def configured(app: Starlette, *, tls: bool = False) -> uvicorn.Config:
    """Return how the application is served; only what stands in front of it may say whom it speaks for."""
    return uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        proxy_headers=tls,
        forwarded_allow_ips="127.0.0.1",
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=10,
        log_level="warning",
        lifespan="on",
    )


def serve(app: Starlette, listening: socket.socket, *, tls: bool = False) -> None:
    """Serve until Ctrl+C or a signal."""
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")
    uvicorn.Server(configured(app, tls=tls)).run([listening])
