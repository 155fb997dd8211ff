"""`deliver` whose clock jumps: the injected Clock reads its shift, in seconds, from a file.

`python -m bench.faults.moved_clock FILE`. The clocks of the event loop, of PostgreSQL and of others stay.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.clock import read_clock
from bot.settings import Settings
from bot.wiring.processes import run_delivery


def read_moved(shift: Path) -> datetime:
    """Return the present moment as this process believes it to be."""
    with suppress(OSError, ValueError):
        return read_clock() + timedelta(seconds=float(shift.read_text()))
    return read_clock()


if __name__ == "__main__":
    asyncio.run(run_delivery(Settings(), clock=lambda: read_moved(Path(sys.argv[1]))))
