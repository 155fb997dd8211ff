"""An application (hồ sơ) from receipt to result: its code, its states, its second secret."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

_SPACES_AND_DASHES = re.compile(r"\s+|[\u2010-\u2015\u2212]")
_CODE = re.compile(r"[0-9A-Z]{1,6}(?:\.[0-9A-Z]{1,4}){1,4}-\d{6}-\d{4,6}")
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
    data_as_of: datetime
    next_step: str | None
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicantSecrets:
    """What only the applicant knows; never logged."""

    id_number: str | None = field(repr=False)
    birth_date: date | None = field(repr=False)


def find_code(text: str) -> str | None:
    """Return the application code in a text as people type it, in its printed form; None where there is none.

    Spaces, lower case and other kinds of dash are forgiven.
    """
    tidy = _SPACES_AND_DASHES.sub(lambda found: "-" if found.group().strip() else "", text).upper()
    found = _CODE.search(tidy)
    return found.group() if found else None


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


def secret_matches(said: str, secrets: ApplicantSecrets) -> bool:
    """Tell whether a text holds the last four digits of the ID number, or the date of birth.

    Every comparison is made whatever the others say, in constant time, so timing tells nothing.
    """
    digits = re.sub(r"\D", "", said)
    last_four = digits if _LAST_FOUR.fullmatch(digits) else digits[-4:] if _ID_NUMBER.fullmatch(digits) else ""
    known_four = (secrets.id_number or "")[-4:]
    born = find_birth_date(said)
    four_right = hmac.compare_digest(last_four.encode(), known_four.encode()) and len(known_four) == 4
    birth_right = (
        hmac.compare_digest(
            (born.isoformat() if born else "").encode(),
            (secrets.birth_date.isoformat() if secrets.birth_date else "-").encode(),
        )
        and born is not None
    )
    return four_right or birth_right
