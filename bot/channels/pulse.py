"""Whether something that works in rounds still does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pulse:
    """Notes the rounds of what works while `beating`; elsewhere another process does, which is well too."""

    def __init__(self, *, patience_s: float) -> None:
        """Take how long a round may take before it counts as hung."""
        self._patience_s = patience_s
        self._last = time.monotonic()
        self._is_beating = False

    @property
    def is_alive(self) -> bool:
        """Tell whether a round ended within the patience, or the work is not done here."""
        return not self._is_beating or time.monotonic() - self._last < self._patience_s

    def beat(self) -> None:
        """Note that a round ended."""
        self._last = time.monotonic()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Expect rounds while the block runs."""
        self._is_beating = True
        self.beat()
        try:
            yield
        finally:
            self._is_beating = False
