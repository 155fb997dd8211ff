"""What could identify a person is taken out of a text before it leaves this process.

The words that stand in its place still say what kind of thing was there, which is all that understanding needs.
"""

from __future__ import annotations

import re

from bot.domain.application_code import mask_codes
from vietnamese.normalise import normalise
from vietnamese.telex import undo_telex

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(r"(?<!\d)(?:\+84|84|0)(?:[ .-]?\d){9}(?!\d)")
_ID_NUMBER = re.compile(r"(?<!\d)\d(?:[ .-]?\d){11}(?!\d)|(?<!\d)\d(?:[ .]?\d){8}(?!\d)")
_DAY = re.compile(r"(?<!\d)\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}(?!\d)")
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){7,24}(?!\d)")

_MASKS = (
    (_EMAIL, " thưđiệntử "),
    (_DAY, " ngàytháng "),
    (_PHONE, " sốđiệnthoại "),
    (_ID_NUMBER, " sốđịnhdanh "),
    (_LONG_NUMBER, " dãysố "),
)
_SHOWN = {
    "thưđiệntử": "[thư điện tử]",
    "ngàytháng": "[ngày tháng]",
    "sốđiệnthoại": "[số điện thoại]",
    "sốđịnhdanh": "[số định danh]",
    "dãysố": "[dãy số]",
    "mãhồsơ": "[mã hồ sơ]",
}
_SPACED_SIGN = re.compile(r"(?<=\]) (?=[,.;:!?)])")
_SHOWN_WORD = re.compile("|".join(_SHOWN))


def mask(text: str) -> str:
    """Return the text without e-mail addresses, dossier codes, dates, phone, ID and account numbers."""
    # However a number is spaced, and wherever its line breaks, it is one number.
    text = mask_codes(" ".join(text.split()), " mãhồsơ ")
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return text


def is_plain(masked: str) -> bool:
    """Tell whether a text was typed without accents.

    What stands for a number has some of ours, and raw Telex keys are some.
    """
    text = normalise(_SHOWN_WORD.sub(" ", masked))
    return text.isascii() and undo_telex(text).isascii()


def end_lines(text: str) -> str:
    """Return a text in one line; where a line ends a question may end, but no number goes on."""
    return re.sub(r"\s*\n\s*", "; ", re.sub(r"(?<=\d)\s+(?=\d)", " ", text.strip()))


def mask_for_staff(text: str) -> str:
    """Return the same as staff read it: lines kept, and in brackets what was there."""
    lines = (" ".join(mask(line).split()) for line in text.split("\n"))
    shown = _SHOWN_WORD.sub(lambda found: _SHOWN[found.group()], "\n".join(lines).strip())
    return _SPACED_SIGN.sub("", shown)
