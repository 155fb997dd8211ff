"""How much is measured with: a look, the usual figures, or a million of everything."""

from __future__ import annotations

from dataclasses import dataclass

FREE_RATE = 30
"""Messages a second that Telegram permits."""
PAID_RATE = 1_000
"""And when broadcasts are paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Rows, people and seconds of one run of `make bench`.

    `paid`, `free`: recipients at 1,000/s and at 30/s; `emulated`: at 30/s through npm telegram-test-api.
    `acknowledged_for_s`: at 1,000 updates a second.
    """

    name: str = "usual"
    questions: int = 300
    updates: int = 2_000
    synced: int = 300_000
    listed: int = 200_000
    reminded: int = 300_000
    planned: int = 300_000
    paid: int = 30_000
    free: int = 900
    emulated: int = 900
    acknowledged_for_s: int = 60


USUAL = Sizes()
"""Some ten minutes on a machine that does nothing else."""
QUICK = Sizes(
    name="quick",
    questions=60,
    updates=300,
    synced=20_000,
    listed=20_000,
    reminded=20_000,
    planned=20_000,
    paid=3_000,
    free=300,
    emulated=300,
    acknowledged_for_s=5,
)
"""A few minutes, to see that every part still runs: the figures say little."""
FULL = Sizes(
    name="full",
    synced=1_000_000,
    listed=1_000_000,
    reminded=1_000_000,
    planned=1_000_000,
    paid=100_000,
    emulated=100_000,
)
"""What a province has: an hour and a half, one hour of it the broadcast at 30/s."""
