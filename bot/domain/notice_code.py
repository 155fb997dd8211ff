"""The code on every message that we start, by which its reader can ask whether it is genuine: 06-7KQ4-X2MB."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for another: 0 O, 1 I L, U."""
_PART = 4
_LETTERS = f"[{ALPHABET}]{{{_PART}}}"
_CODE = re.compile(rf"(?<![0-9A-Za-z])06[\s.-]?({_LETTERS})[\s.-]?({_LETTERS})(?![0-9A-Za-z])", re.IGNORECASE)


def make_notice_code() -> str:
    """Return a new code: 39 random bits, so that guessing one that exists gains nothing."""
    first, second = ("".join(secrets.choice(ALPHABET) for _ in range(_PART)) for _ in range(2))
    return f"06-{first}-{second}"


def find_notice_code(text: str) -> str | None:
    """Return the code in a text as it is stored, None where there is none."""
    found = _CODE.search(text)
    return f"06-{found.group(1)}-{found.group(2)}".upper() if found is not None else None


def render_code(message: Mapping[str, Any]) -> str:
    """Return the line with the code of a message that we start."""
    return f"Mã tin: {message['code']}"
