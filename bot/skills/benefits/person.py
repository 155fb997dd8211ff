"""For whom the interview asks, and how that person is spoken of."""

from __future__ import annotations

from enum import StrEnum


class Person(StrEnum):
    """The one the questions are about, as seen from the citizen who answers them."""

    SELF = "self"
    PARENT = "parent"
    CHILD = "child"
    OTHER = "other"

    @property
    def word(self) -> str:
        """How a question speaks of the person."""
        return _WORDS[self]

    @property
    def button_title(self) -> str:
        """The button that chooses the person."""
        return _TITLES[self]


_WORDS = {Person.SELF: "bạn", Person.PARENT: "ông bà", Person.CHILD: "cháu", Person.OTHER: "người đó"}
_TITLES = {
    Person.SELF: "Cho tôi",
    Person.PARENT: "Cho cha mẹ, ông bà",
    Person.CHILD: "Cho con, cháu",
    Person.OTHER: "Cho người khác",
}
