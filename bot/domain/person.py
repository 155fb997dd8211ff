"""For whom a citizen asks or is reminded, as seen from that citizen: no name is kept."""

from __future__ import annotations

from enum import StrEnum


class Person(StrEnum):
    """Oneself, or someone of the family."""

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

    @property
    def named(self) -> str:
        """How a message names the person, empty for the citizen."""
        return _NAMES[self]


_WORDS = {Person.SELF: "bạn", Person.PARENT: "ông bà", Person.CHILD: "cháu", Person.OTHER: "người đó"}
_TITLES = {
    Person.SELF: "Cho tôi",
    Person.PARENT: "Cho cha mẹ, ông bà",
    Person.CHILD: "Cho con, cháu",
    Person.OTHER: "Cho người khác",
}
_NAMES = {Person.SELF: "", Person.PARENT: "cha mẹ, ông bà", Person.CHILD: "con, cháu", Person.OTHER: "người nhà"}


def read_about(about: str) -> Person | None:
    """Return for whom a subscription is ("parent:social-pension"), None where it does not say."""
    head = about.partition(":")[0]
    return Person(head) if head in list(Person) else None
