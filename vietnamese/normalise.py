"""One form for a text however it was typed: the normalisation that both programs share.

The length cap is the caller's; every step here takes time in proportion to the length.
"""

from __future__ import annotations

import re
import unicodedata

from vietnamese.syllable import VOWELS, place_tone

_SPACE_LIKE = re.compile("[\t-\r\x1c-\x1f\x85\u2800\u3164\u115f\u1160\uffa0\ufdf0-\ufdfd]")
"""Line ends, blanks that look like letters to Python, and the ligatures that NFKC blows up to 18 characters."""
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
)
"""Control, zero-width and bidirectional characters, variation selectors, tags and half surrogates."""


def _character_class(codes: list[int]) -> str:
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "]"


_MARK = _character_class([code for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))])
# A Vietnamese letter carries two marks at most. Longer runs are noise, and sorting long ones takes quadratic time.
_MARKS_TOO_MANY = re.compile(f"({_MARK}{{2}}){_MARK}+")
_MARKS_WITHOUT_END = re.compile(f"({_MARK}{{8}}){_MARK}+")

_ONE_FOR_ALL = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4\u0060\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u300c\u300d\u300e\u300f", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d", "-")
    | {"\u00d0": "đ", "\u00f0": "đ", "\u0189": "đ", "\u0256": "đ"}  # look-alikes of Đ from old code pages
)
# A word, unless a mark that belongs to no letter follows: beside a tone that is moved it would find a new letter.
_LETTERS = re.compile(rf"[^\W\d_]+(?![^\W\d_]|{_MARK})")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"\d+(?:[.,/:-]\d+)*[^\W\d_]*|[^\W_]+")

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_LOWER_FOLDED = {
    unicodedata.normalize("NFC", vowel + tone): plain
    for vowel, plain in zip(VOWELS, "aaaeeiooouuy", strict=True)
    for tone in _TONES
} | {"đ": "d"}
_VOWEL = "[" + "".join(sorted(_LOWER_FOLDED.keys() - {"đ"})) + "]"
_ACCENTED = "".join(letter + letter.upper() for letter in _LOWER_FOLDED if not letter.isascii())
_PLAIN = re.compile(f"[ -_a-~{_ACCENTED}]*")
"""Visible ASCII but the grave accent, and the letters of Vietnamese: one form already but for case and tones."""
# "koooo", "đượcccc"; consonants only at the end of a word, because "cccd" is a word.
_REPEATED_LETTER = re.compile(rf"(?<![^\W\d_])iii(?![^\W\d_])|({_VOWEL})\1{{2,}}|([^\W\d_])\2{{2,}}(?![^\W\d_])")
_FOLDED = str.maketrans(_LOWER_FOLDED | {letter.upper(): plain.upper() for letter, plain in _LOWER_FOLDED.items()})


def strip_invisible(text: str) -> str:
    """Return a text in NFC without control, zero-width and bidirectional characters; case and lines stay."""
    lines = (_INVISIBLE.sub("", _SPACE_LIKE.sub(" ", line)) for line in text.split("\n"))
    return _limit_marks("\n".join(lines))


def _limit_marks(text: str) -> str:
    """Return a text in NFC with at most two marks on a letter, however it was encoded."""
    apart = unicodedata.normalize("NFD", _MARKS_WITHOUT_END.sub(r"\1", text))
    return unicodedata.normalize("NFC", _MARKS_TOO_MANY.sub(r"\1", apart))


def normalise(text: str) -> str:
    """Return the one form of a text: NFC, visible characters, lower case, single spaces, canonical tone marks.

    Tone marks stand where the state's own texts put them (hòa, khóa, thúy, ủy; not hoà, khoá). Compatibility
    forms (full width, styled letters) become plain ones. A letter repeated three times or more stands once.
    Doing it twice changes nothing. Never raises.
    """
    if _PLAIN.fullmatch(text):
        text = text.lower()
    elif not text.isascii():
        text = _INVISIBLE.sub("", _SPACE_LIKE.sub(" ", text))
        text = _MARKS_WITHOUT_END.sub(r"\1", text.translate(_ONE_FOR_ALL))
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())
        text = _limit_marks(_INVISIBLE.sub("", text.translate(_ONE_FOR_ALL)))
    else:
        text = _INVISIBLE.sub("", _SPACE_LIKE.sub(" ", text)).replace("`", "'").lower()
    text = _SPACES.sub(" ", text).strip()
    text = _REPEATED_LETTER.sub(lambda run: run.group(1) or run.group(2) or run.group(), text)
    return text if text.isascii() else _LETTERS.sub(lambda word: place_tone(word.group()), text)


def fold(text: str) -> str:
    """Return a text without accents and with d for đ: "Đổi thẻ" becomes "Doi the". Case stays."""
    text = text.translate(_FOLDED)
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", _limit_marks(text))
    plain = "".join(character for character in decomposed if not "\u0300" <= character <= "\u036f")
    return _limit_marks(plain)  # what stood between two runs of marks may be gone


def tokens(text: str) -> list[str]:
    """Return the words and numbers of a text, normalised, in order, without punctuation.

    Figures stay whole ("25.000", "1/7/2024", "30k"); everything else is split at what is no letter or digit.
    """
    return split_words(normalise(text))


def split_words(normalised: str) -> list[str]:
    """Return the same of a text that is in its one form already."""
    return _WORD.findall(normalised)
