"""The code of an application (mã hồ sơ): as printed on the receipt, and as people type it.

Printed: the office in groups joined by dots, the day it was received as yymmdd, a number: H12.34.56-260921-0001,
000.00.16.H40-211020-0001. Source: Thông tư 03/2025/TT-VPCP.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

_DIGIT = "[0-9OIL]"
_DAY = "[0-9OIL]{2}(?:[0O][1-9IL]|[1IL][0-2OIL])(?:[0O][1-9IL]|[12IL][0-9OIL]|3[01OIL])"
"""yymmdd: a possible month and day, so that other long numbers are no codes."""
_DASHES = re.compile(r"[\u2010-\u2015\u2212\u00ad_]")
_PRINTED = re.compile(
    r"(?=[A-Z]*[0-9])[0-9A-Z]{1,6}(?:\.[0-9A-Z]{1,6}){1,5}-(?P<day>[0-9]{6})-(?P<number>[0-9]{4,6})"
)
_JOIN = r"(?:\s?-\s?|\s?\.\s?|\s)"
_DOTTED = re.compile(
    r"(?<![0-9A-Z])(?P<office>(?=[A-Z]*[0-9])[0-9A-Z]{1,6}(?:\s?[.,]\s?[0-9A-Z]{1,6}){1,5})"
    rf"{_JOIN}(?P<day>{_DAY}){_JOIN}?(?P<number>{_DIGIT}{{4,6}})(?![0-9A-Z])"
)
"""Dots, or commas for them, between the groups of the office."""
_GROUP = rf"(?=[A-Z]?[OIL]*[0-9])[A-Z]?{_DIGIT}{{1,3}}"
_SPACED = re.compile(
    rf"(?<![0-9A-Z])(?P<office>{_GROUP}(?:[\s-]{_GROUP}){{1,5}})"
    rf"[\s-](?P<day>{_DAY})[\s-]?(?P<number>{_DIGIT}{{4,6}})(?![0-9A-Z])"
)
"""Spaces or dashes instead of the dots: then only groups that look like an office's count, not words."""
_JOINED = re.compile(
    rf"(?<![0-9A-Z])(?P<office>{_DIGIT}{{0,9}}[HG][0-9][0-9OIL]{{1,12}}?)"
    rf"[\s.-]?(?P<day>{_DAY})[\s.-]?(?P<number>{_DIGIT}{{4,6}})(?![0-9A-Z])"
)
"""Nothing between the groups: then the letter of province or ministry must be there, or any number would fit."""
_MISTYPED = str.maketrans("OIL", "011")
_NOT_CODE = re.compile(r"[^0-9A-Z]")


def is_printed_code(text: str) -> bool:
    """Tell whether a text is a code in its printed form, upper case."""
    found = _PRINTED.fullmatch(text)
    return found is not None and _is_day(found["day"])


def make_code_key(code: str) -> str:
    """Return a code without what people leave out or mistype: letters and figures, O as 0, I and L as 1."""
    return _NOT_CODE.sub("", code.upper()).translate(_MISTYPED)


def find_codes(text: str) -> tuple[str, ...]:
    """Return every code in a text as people type it, in the printed form as far as it shows, without repeats."""
    found = {make_code_key(code): code for _, _, code in _find(text)}
    return tuple(found.values())


def find_code(text: str) -> str | None:
    """Return the first code in a text, None where there is none."""
    return next(iter(find_codes(text)), None)


def mask_code(code: str) -> str:
    """Return a code of which only the end shows: enough to tell one's own applications apart."""
    return f"•••{code[-4:]}"


def mask_codes(text: str, word: str) -> str:
    """Return the text with a word in the place of every code."""
    plain = _simplify(text)
    if len(plain) != len(text):
        text = plain  # what changed its length was no Vietnamese letter; only lower case is lost
    for start, end, _ in reversed(list(_find(text))):
        text = f"{text[:start]}{word}{text[end:]}"
    return text


def _find(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and printed form of each code, in order."""
    plain, at = _simplify(text), 0
    while True:
        matches = [found for pattern in (_DOTTED, _SPACED, _JOINED) for found in pattern.finditer(plain, at)]
        good = [found for found in matches if _is_day(found["day"].translate(_MISTYPED))]
        if not good:
            return
        # Of patterns that begin at the same letter the stricter one, which stands first, is right.
        first = min(good, key=lambda found: found.start())
        groups = [group for group in re.split(r"[\s.,-]+", first["office"]) if group]
        day, number = (first[name].translate(_MISTYPED) for name in ("day", "number"))
        yield first.start(), first.end(), f"{'.'.join(groups)}-{day}-{number}"
        at = first.end()


def _simplify(text: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFC", text)).upper()


def _is_day(yymmdd: str) -> bool:
    try:
        date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return False
    return True
