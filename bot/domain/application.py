"""An application (hồ sơ) from receipt to result: its states and its second secret."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

_ID_NUMBER = re.compile(r"\d{12}|\d{9}")
_LAST_FOUR = re.compile(r"\d{4}")


class ApplicationState(StrEnum):
    """The states of the one-stop process (các trạng thái một cửa)."""

    RECEIVED = "received"
    """Tiếp nhận."""
    SUPPLEMENT_REQUESTED = "supplement-requested"
    """Yêu cầu bổ sung."""
    PROCESSING = "processing"
    """Đang xử lý."""
    AWAITING_PAYMENT = "awaiting-payment"
    """Chờ thanh toán."""
    RESULT_READY = "result-ready"
    """Có kết quả."""
    RETURNED = "returned"
    """Đã trả kết quả."""
    REJECTED = "rejected"
    """Từ chối."""
    WITHDRAWN = "withdrawn"
    """Người dân rút hồ sơ."""

    @property
    def is_open(self) -> bool:
        """Tell whether the office still has work to do on it."""
        return self not in (self.RESULT_READY, self.RETURNED, self.REJECTED, self.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What the owner of an application may be told about it."""

    id: UUID
    code: str
    procedure_name: str
    office: str
    state: ApplicationState
    state_since: datetime
    promised_on: date | None
    respond_by: date | None
    """Until when the citizen must add papers or pay."""
    data_as_of: datetime
    next_step: str | None
    source: str
    is_demo: bool


class Secret(StrEnum):
    """What an applicant proves with that an application is theirs, beside its code."""

    LAST_FOUR = "last-four"
    """The last four digits of the ID number."""
    BIRTH_DATE = "birth-date"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantSecrets:
    """What only the applicant knows; never logged."""

    id_number: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)


def find_birth_date(text: str) -> date | None:
    """Return the only full date in a text (ngày/tháng/năm), None where there is none or it is impossible."""
    found = re.search(r"(?<!\d)(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})(?!\d)", text)
    if not found:
        return None
    day, month, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_secret(text: str) -> tuple[Secret, str] | None:
    """Return the kind and the plain form of the secret in a text, None where it holds none."""
    born = find_birth_date(text)
    if born is not None:
        return Secret.BIRTH_DATE, born.isoformat()
    digits = re.sub(r"\D", "", text)
    if _LAST_FOUR.fullmatch(digits):
        return Secret.LAST_FOUR, digits
    return (Secret.LAST_FOUR, digits[-4:]) if _ID_NUMBER.fullmatch(digits) else None


def list_secrets(secrets: ApplicantSecrets) -> dict[Secret, str]:
    """List what opens an application, by kind, in the form of `find_secret`."""
    known = {}
    if secrets.id_number is not None:
        known[Secret.LAST_FOUR] = secrets.id_number[-4:]
    if secrets.birth_date is not None:
        known[Secret.BIRTH_DATE] = secrets.birth_date.isoformat()
    return known


def secret_matches(said: str, secrets: ApplicantSecrets, *, only: Secret | None = None) -> bool:
    """Tell whether a text holds the last four digits of the ID number, or the date of birth.

    Every comparison is made whatever the others say, in constant time, so timing tells nothing.
    `only`: the one kind that counts.
    """
    kind, value = find_secret(said) or (None, "-")
    known = list_secrets(secrets)
    right = [
        hmac.compare_digest(value.encode(), known.get(each, "none").encode())
        & (kind is each)
        & (only in (None, each))
        for each in Secret
    ]
    return any(right)
