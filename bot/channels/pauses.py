"""When nothing may be asked of a messenger: it told us to wait, or it refuses our token. Every sender heeds it."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.delivery.reply_gate import ReplyGate
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed

UNAUTHORISED_PAUSE_S = 60.0
"""A messenger is not asked again for this long after it refused us: each call would only be refused too."""


class Pauses:
    """The pauses of one messenger, as one process knows them.

    `gate`: where answers share what is said, and the rate, with the processes that deliver; None: they do not.
    """

    def __init__(self, gate: ReplyGate | None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gate = gate
        self._monotonic = monotonic
        self._paused_until = 0.0
        self._unauthorised_until = 0.0

    @property
    def is_unauthorised(self) -> bool:
        """Tell whether we were refused a moment ago."""
        return self._monotonic() < self._unauthorised_until

    def check(self) -> None:
        """Return where the messenger may be asked.

        Raises:
            ChannelUnauthorised: it refused us a moment ago.
            DeliveryDelayed: it told us to wait.
        """
        if self.is_unauthorised:
            raise ChannelUnauthorised
        own_s = self._paused_until - self._monotonic()
        wait_s = max(own_s, self._gate.paused_for() if self._gate is not None else 0.0)
        if wait_s > 0:
            raise DeliveryDelayed(wait_s)

    def count_sent(self) -> None:
        """Note that the messenger took a message."""
        if self._gate is not None:
            self._gate.count_sent()

    def note(self, outcome: Exception) -> None:
        """Note what the messenger said to a call, where it holds for the calls after it."""
        if isinstance(outcome, ChannelUnauthorised):
            self._unauthorised_until = self._monotonic() + UNAUTHORISED_PAUSE_S
        elif isinstance(outcome, DeliveryDelayed) and outcome.holds_channel and outcome.retry_after_s is not None:
            self._paused_until = max(self._paused_until, self._monotonic() + outcome.retry_after_s)
        else:
            return
        if self._gate is not None:
            self._gate.note(outcome)
