"""Stores in SQLite and in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from postgres import postgres_server
from stores import Clock, book

from stateassets.capture.store import Store


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own."""
    with postgres_server("of-the-store") as address:
        yield address


@pytest.fixture
def clock() -> Clock:
    """A clock that the test sets."""
    return Clock()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a copy of the data."""
    return book(tmp_path)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """An empty database of that server."""
    server = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql("create database store")
    yield postgres.replace("/postgres?", "/store?")
    with server.connect() as connection:
        connection.exec_driver_sql("drop database store with (force)")
    server.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, root: Path, clock: Clock) -> Store:
    """A store of either kind, empty."""
    address = request.getfixturevalue("database") if request.param == "postgresql" else ""
    return Store.open(root, address, clock=clock)


@pytest.fixture
def sqlite(root: Path, clock: Clock) -> Store:
    """A store in a file beside the data."""
    return Store.open(root, clock=clock)
