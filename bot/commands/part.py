"""One process of the whole."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass(slots=True)
class Part:
    """One process of the whole, and how to start it. `goes_first`: the others may need it when they start."""

    name: str
    command: list[str]
    environ: dict[str, str] = field(repr=False)
    goes_first: bool = False
    process: asyncio.subprocess.Process | None = None
