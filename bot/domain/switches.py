"""Switches (công tắc): what staff turn off or put in front of everything, in an emergency and at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

BANNER_LONGEST = 200
AWAY_LONGEST = 300
WORDS_AT_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How the service is set.

    `channels_off`: channels that only say that they are off. `skills_off`: names of skills. `rules_off`:
    reminder rules that remind nobody. `sending_off`: no
    broadcast and no reminder leaves. `banner`: said once to each person before the next answer. `pinned_words`:
    whoever uses one of these, folded and without accents, gets the unit `pinned_unit`. `duty_hours`: when staff
    answer on working days, as "07:30-11:30"; `away`: what is said out of these hours. Both empty: as shipped.
    """

    channels_off: frozenset[str] = frozenset()
    skills_off: frozenset[str] = frozenset()
    rules_off: frozenset[str] = frozenset()
    sending_off: bool = False
    banner: str = ""
    banner_until: datetime | None = None
    pinned_words: tuple[str, ...] = ()
    pinned_unit: str = ""
    pinned_until: datetime | None = None
    duty_hours: tuple[str, ...] = ()
    away: str = ""

    def find_banner(self, now: datetime) -> str:
        """Return the banner of a moment, empty where there is none."""
        return self.banner if self.banner_until is None or now < self.banner_until else ""

    def find_pinned(self, folded: str, now: datetime) -> str:
        """Return the unit that a text calls for, empty where none. `folded`: without accents and capitals."""
        if not self.pinned_unit or (self.pinned_until is not None and now >= self.pinned_until):
            return ""
        padded = f" {folded} "
        return self.pinned_unit if any(f" {word} " in padded for word in self.pinned_words) else ""

    def dump(self) -> dict[str, Any]:
        """Return them as they are stored."""
        return {
            "channels_off": sorted(self.channels_off),
            "skills_off": sorted(self.skills_off),
            "rules_off": sorted(self.rules_off),
            "sending_off": self.sending_off,
            "banner": self.banner,
            "banner_until": self.banner_until.isoformat() if self.banner_until else None,
            "pinned_words": list(self.pinned_words),
            "pinned_unit": self.pinned_unit,
            "pinned_until": self.pinned_until.isoformat() if self.pinned_until else None,
            "duty_hours": list(self.duty_hours),
            "away": self.away,
        }

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Switches:
        """Return what `dump` wrote."""
        banner_until, pinned_until = stored.get("banner_until"), stored.get("pinned_until")
        return cls(
            channels_off=frozenset(stored.get("channels_off", ())),
            skills_off=frozenset(stored.get("skills_off", ())),
            rules_off=frozenset(stored.get("rules_off", ())),
            sending_off=bool(stored.get("sending_off")),
            banner=stored.get("banner", ""),
            banner_until=datetime.fromisoformat(banner_until) if banner_until else None,
            pinned_words=tuple(stored.get("pinned_words", ())),
            pinned_unit=stored.get("pinned_unit", ""),
            pinned_until=datetime.fromisoformat(pinned_until) if pinned_until else None,
            duty_hours=tuple(stored.get("duty_hours", ())),
            away=stored.get("away", ""),
        )
