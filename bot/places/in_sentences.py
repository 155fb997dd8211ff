"""Finds how a sentence calls a place: of "tôi ở xã Hòa An Cần Thơ thì đi đâu" it is "xã Hòa An, Cần Thơ"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.places.communes import Communes
from vietnamese.normalise import fold, normalise

_COMMUNE_TYPES = (("dac", "khu"), ("thi", "tran"), ("xa",), ("phuong",), ("tt",), ("p",))
_DISTRICT_TYPES = (("thanh", "pho"), ("thi", "xa"), ("huyen",), ("quan",), ("tp",), ("tx",), ("q",), ("h",))
_LONGEST_NAME = 5
_LONGEST_PROVINCE = 5
_SHORTEST_UNTYPED = 2
_BEFORE_SOCIETY = frozenset({"hiem", "tro", "mang", "sinh", "giup", "tac", "cap", "kinh"})
"""Words after which "xã hội" is society, not the commune Hội An."""
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"\b([pq])(?=\d)", re.IGNORECASE)
"""The type in "p1 q3"."""


def find_place_name(text: str, communes: Communes) -> str | None:
    """Return the place as `Communes.find_places` and `find_old` read it, parts divided by commas; None if none.

    The smallest place counts: a commune before a district of before July 2025, before a province.
    """
    return _Sentence(text, communes).find()


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int


class _Sentence:
    def __init__(self, text: str, communes: Communes) -> None:
        self._words = _WORD.findall(_NUMBERED.sub(r"\1 ", normalise(text)))
        self._folded = [fold(word) for word in self._words]
        self._communes = communes
        self._provinces = list(self._find_provinces())

    def find(self) -> str | None:
        for name in (*self._name_communes(), *self._name_untyped()):
            if any(place.commune is not None for place in self._communes.find_places(name)):
                return name
        for name in self._name_districts():
            if self._communes.find_old(name):
                return name
        return self._say(self._provinces[-1]) if self._provinces else None

    def _find_provinces(self) -> Iterator[_Span]:
        start = 0
        while start < len(self._words):
            for length in range(_LONGEST_PROVINCE, 0, -1):
                span = _Span(start, start + length)
                if span.end > len(self._words) or self._is_typed(start, (*_COMMUNE_TYPES, ("huyen",), ("quan",))):
                    continue
                if self._communes.is_province(self._say(span)):
                    yield span
                    start = span.end - 1
                    break
            start += 1

    def _name_communes(self) -> Iterator[str]:
        """Name what follows "xã", "phường": the longest name first, with the district and province after it."""
        for start, after in self._find_types(_COMMUNE_TYPES):
            if self._folded[start:after] == ["xa"] and start and self._folded[start - 1] in _BEFORE_SOCIETY:
                continue
            for end in range(min(after + _LONGEST_NAME, len(self._words)), after, -1):
                commune = self._say(_Span(start, end))
                for province in self._list_provinces_after(end):
                    district = self._say(_Span(end, province.start))
                    if district:
                        yield f"{commune}, {district}, {self._say(province)}"
                    yield f"{commune}, {self._say(province)}"
                yield commune

    def _name_untyped(self) -> Iterator[str]:
        """Name what stands right before a province: "Hòa An Cần Thơ"."""
        for province in self._provinces:
            for length in range(_LONGEST_NAME, _SHORTEST_UNTYPED - 1, -1):
                if province.start >= length:
                    commune = self._say(_Span(province.start - length, province.start))
                    yield f"{commune}, {self._say(province)}"

    def _name_districts(self) -> Iterator[str]:
        for start, after in self._find_types(_DISTRICT_TYPES):
            for end in range(min(after + _LONGEST_NAME, len(self._words)), after, -1):
                for province in self._list_provinces_after(end):
                    yield f"{self._say(_Span(start, end))}, {self._say(province)}"
                yield self._say(_Span(start, end))

    def _find_types(self, types: tuple[tuple[str, ...], ...]) -> Iterator[tuple[int, int]]:
        for start in range(len(self._words)):
            for each in types:
                if tuple(self._folded[start : start + len(each)]) == each:
                    yield start, start + len(each)
                    break

    def _is_typed(self, start: int, types: tuple[tuple[str, ...], ...]) -> bool:
        return any(tuple(self._folded[max(0, start - len(each)) : start]) == each for each in types)

    def _list_provinces_after(self, end: int) -> list[_Span]:
        return [span for span in self._provinces if span.start >= end]

    def _say(self, span: _Span) -> str:
        return " ".join(self._words[span.start : span.end])
