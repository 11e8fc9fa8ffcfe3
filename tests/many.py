"""Many small cases of one rule in one test, each of which is named if it fails."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

Case = TypeVar("Case")
FAILURES = (Exception, pytest.fail.Exception)


def each(cases: Mapping[str, Case], holds: Callable[[Case], None]) -> None:
    """Try every case, then fail with the names of all that do not hold, and what was wrong."""
    wrong = []
    for name, case in cases.items():
        try:
            holds(case)
        except FAILURES as error:
            wrong.append(f"{name}: {type(error).__name__}: {error}")
    assert cases, "no cases"
    assert not wrong, "\n".join([f"{len(wrong)} of {len(cases)} cases fail", *wrong])


def every(
    names: str | tuple[str, ...], cases: Iterable[Any], ids: Callable[[Any], object] | Iterable[str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a test as ``pytest.mark.parametrize`` does, but make one test of all cases.

    It is for tests whose other fixtures may be shared by the cases; of these ``tmp_path`` alone is
    another folder for each. A thousand tests of one rule take longer to collect, for each worker,
    and to report than to run.
    """
    keys = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    values = [case if len(keys) > 1 else (case,) for case in cases]
    words = [str(ids(case[0]) if callable(ids) else ", ".join(map(str, case))) for case in values]
    if ids is not None and not callable(ids):
        words = list(ids)
    named = {f"{number} {word}": case for number, (word, case) in enumerate(zip(words, values, strict=True), 1)}

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)

        def loop(**fixtures: Any) -> None:
            folders = iter(range(len(named)))

            def holds(case: tuple[Any, ...]) -> None:
                own = dict(fixtures)
                if isinstance(above := own.get("tmp_path"), Path):
                    own["tmp_path"] = above / f"case{next(folders)}"
                    own["tmp_path"].mkdir()
                test(**dict(zip(keys, case, strict=True)), **own)

            each(named, holds)

        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(loop, name, getattr(test, name))
        loop.pytestmark = getattr(test, "pytestmark", [])  # type: ignore[attr-defined]
        others = [p for name, p in signature.parameters.items() if name not in keys]
        loop.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
        return loop

    return decorate
