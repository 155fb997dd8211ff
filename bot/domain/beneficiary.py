"""Lists of people who benefit (danh sách thụ hưởng), as offices keep them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class BeneficiaryList(StrEnum):
    """Which list."""

    POOR = "poor"
    """Hộ nghèo."""
    NEAR_POOR = "near-poor"
    """Hộ cận nghèo."""
    SOCIAL_PROTECTION = "social-protection"
    """Bảo trợ xã hội."""
    SPECIAL_CHILDREN = "special-children"
    """Trẻ em có hoàn cảnh đặc biệt."""


class BeneficiaryStatus(StrEnum):
    """Whether a person is on the list still."""

    ACTIVE = "active"
    DEAD = "dead"
    MOVED = "moved"
    ENDED = "ended"


class Sex(StrEnum):
    """As the list says it."""

    MALE = "male"
    FEMALE = "female"


class ReviewReason(StrEnum):
    """Why a person must look at an entry before it is relied on."""

    BIRTH_DIFFERS = "birth-differs"
    SEX_DIFFERS = "sex-differs"
    ID_NUMBER_MISSING = "id-number-missing"
    GROWN_UP = "grown-up"
    COMMUNE_UNKNOWN = "commune-unknown"
    COMMUNE_DIVIDED = "commune-divided"
    DUPLICATE = "duplicate"
    LISTS_CONFLICT = "lists-conflict"
    STATUS_CONFLICT = "status-conflict"
    COMMUNES_CONFLICT = "communes-conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeneficiaryEntry:
    """One person on one list, as a source system says it now.

    `key`: the source's own id of the entry. `born`: "1952-03-14", or "1952" where only the year is known.
    `commune_code`: of today's commune, None where it is not sure. `reviews`: what is doubtful in the row itself.
    """

    list: BeneficiaryList
    key: str
    full_name: str = field(repr=False)
    born: str = field(repr=False)
    sex: Sex | None
    id_number: str | None = field(repr=False)
    household_code: str | None
    group: str | None
    commune_code: str | None
    status: BeneficiaryStatus
    status_since: date | None
    valid_to: date | None
    data_as_of: datetime
    version: int
    reviews: tuple[ReviewReason, ...] = ()
