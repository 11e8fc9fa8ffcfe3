"""What must not be computed twice: one place, one rule for what it depends on."""

from .store import Entry, Store

__all__ = ["Entry", "Store"]
