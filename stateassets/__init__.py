"""The state-assets report as figures that can be recomputed, explained and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import Report

__version__ = "0.1.0"
__all__ = ["Report", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Report":  # loaded when asked for: the command line answers without it
        from .report import Report

        return Report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
