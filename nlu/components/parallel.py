"""Shares work among processes, one a core: training is mostly pure Python, where threads would take turns."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Callable, List, Sequence, TypeVar

_FEW = 1000
"""Fewer items are done sooner than a second process starts."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def map_shares(work: Callable[[Sequence[_Item]], _Result], items: Sequence[_Item]) -> List[_Result]:
    """Return what `work` makes of each share of the items, in order. `work` must be importable by name."""
    cores = os.cpu_count() or 1
    if len(items) < _FEW or cores == 1:
        return [work(items)]
    size = -(-len(items) // cores)
    return map_each(work, [items[at : at + size] for at in range(0, len(items), size)], takes_long=True)


def map_each(work: Callable[[_Item], _Result], items: Sequence[_Item], *, takes_long: bool) -> List[_Result]:
    """Return what `work` makes of each of a few items, in order; of those that take long each in its own process.

    `work` must be importable by name.
    """
    cores = os.cpu_count() or 1
    if len(items) == 1 or cores == 1 or not takes_long:
        return [work(item) for item in items]
    # Spawned, not forked: threads of NumPy are running.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        return list(pool.map(work, items))
