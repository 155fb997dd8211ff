"""What each error code of Zalo means for a message; the codes are data (data/zalo/errors.yml)."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, model_validator

from bot.clock import HANOI
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason
from bot.settings import DATA
from bot.yaml_files import read_yaml

BACK_OFF_S = 15.0
"""A quarter of the minute that Zalo counts requests by."""
MORNING = time(6, 5)


class Remedy(StrEnum):
    """What is to be done about an error."""

    REFRESH = "refresh"
    """The token is refused: renew it once and try again."""
    BACK_OFF = "back-off"
    TOMORROW = "tomorrow"
    """A quota of the day is used up."""
    MORNING = "morning"
    """Zalo does not ring at night: at 06:05."""
    TEMPLATE = "template"
    """The person may not be written to: only a template arrives."""
    PHONE = "phone"
    """The template does not go by account: by phone number."""
    STAFF = "staff"
    """Somebody must act on Zalo's own pages before anything can be sent."""
    DEAD = "dead"


class ErrorMeaning(BaseModel):
    """One line of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    does: Remedy
    means: str
    reason: RefusalReason | None = None

    @model_validator(mode="after")
    def _says_why(self) -> ErrorMeaning:
        if (self.does is Remedy.DEAD) != (self.reason is not None):
            raise ValueError("a dead letter, and only that, has a reason")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    errors: dict[int, ErrorMeaning]
    otherwise: ErrorMeaning


@dataclass
class ZaloRefused(Exception):
    """Zalo answered, and the answer is no. `code`: its error code; its words may hold a piece of the message."""

    code: int

    def __str__(self) -> str:
        return str(self.code)


@functools.cache
def load_errors() -> _File:
    """Return the codes that are known."""
    return _File.model_validate(read_yaml(DATA / "zalo" / "errors.yml"))


def find_meaning(code: int) -> ErrorMeaning:
    """Return what a code means; one that is not known is a dead letter."""
    file = load_errors()
    return file.errors.get(code, file.otherwise)


def choose_outcome(code: int, *, now: datetime) -> DeliveryRefused | DeliveryDelayed | ChannelUnauthorised:
    """Return what an error means for a message, where nothing else can be tried."""
    meaning = find_meaning(code)
    if meaning.does in (Remedy.REFRESH, Remedy.STAFF):
        return ChannelUnauthorised()
    if meaning.does is Remedy.BACK_OFF:
        return DeliveryDelayed(BACK_OFF_S)
    if meaning.does is Remedy.TOMORROW:
        return DeliveryDelayed(_seconds_until_morning(now, days=1), holds_channel=False)
    if meaning.does is Remedy.MORNING:
        return DeliveryDelayed(_seconds_until_morning(now, days=0), holds_channel=False)
    return DeliveryRefused(meaning.reason or RefusalReason.OUTSIDE_WINDOW)


def _seconds_until_morning(now: datetime, *, days: int) -> float:
    here = now.astimezone(HANOI)
    at = datetime.combine(here.date() + timedelta(days=days), MORNING, HANOI)
    return (at if at > here else at + timedelta(days=1)).timestamp() - now.timestamp()
