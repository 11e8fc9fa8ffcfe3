"""How often somebody may do something."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_NAMES = 20_000  # that are remembered; the longest unheard of is forgotten first


class Rate:
    """At most ``most`` times in ``seconds`` for each name."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def full(self, name: str) -> bool:
        """Whether a name has had all its times."""
        with self._lock:
            return len(self._recent(name)) >= self.most

    def count(self, name: str) -> bool:
        """Count one more time; return whether it was one too many."""
        with self._lock:
            times = self._recent(name)
            if len(times) >= self.most:
                return True
            times.append(self.clock())
            self._times[name] = times
            self._times.move_to_end(name)
            while len(self._times) > MOST_NAMES:
                self._times.popitem(last=False)
            return False

    def forget(self, name: str) -> None:
        """Begin to count anew."""
        with self._lock:
            self._times.pop(name, None)

    def _recent(self, name: str) -> deque[float]:
        times = self._times.get(name, deque())
        while times and times[0] <= self.clock() - self.seconds:
            times.popleft()
        return times
