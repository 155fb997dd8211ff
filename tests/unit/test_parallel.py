"""Training shares its work among processes, and what they made comes back in order."""

from __future__ import annotations

import os

import pytest

from nlu.components.parallel import map_each, map_shares


def test_each_item_has_its_result_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    one_core = _with_cores(1, monkeypatch)
    assert one_core == _with_cores(2, monkeypatch) == [3, 1, 2]


def test_few_items_are_one_share_and_many_are_as_many_as_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert map_shares(len, range(10)) == [10]
    assert map_shares(len, range(2001)) == [1001, 1000]


def _with_cores(count: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    return map_each(len, ["abc", "a", "ab"], takes_long=True)
