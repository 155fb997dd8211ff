"""The shape of a Vietnamese syllable: onset, vowels, final consonant and one tone.

Used to put tone marks where they belong and to tell a Vietnamese word from raw typing keys.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONE_MARKS = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
"""The combining character of each tone (thanh); ngang has none."""

VOWELS = "aăâeêioôơuưy"

_ONSET = r"ngh|ng|nh|gh|gi(?=[aăâeêoôơuư])|qu(?=[aăâeêioôơyu])|kh|ch|th|tr|ph|[bcdđghklmnprstvx]|"
_SHAPE = re.compile(rf"({_ONSET})([{VOWELS}]{{1,3}})(ch|ng|nh|[cmnpt]|)")

_OPEN_RHYMES = frozenset(
    re.findall(
        r"\w+",
        "a e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iu iêu yêu oa oe oi oai oay oao oeo ôi ơi ua uê ui uy"
        " uơ uôi uây uya uyu uau ưa ưi ưu ươi ươu",
    )
)
_CLOSED_RHYMES: dict[str, frozenset[str]] = {
    vowels: frozenset(codas.split())
    for vowels, codas in {
        "a": "c ch m n ng nh p t",
        "ă": "c m n ng p t",
        "â": "c m n ng p t",
        "e": "c m n ng p t",
        "ê": "ch m n nh p t",
        "i": "ch m n nh p t",
        "o": "c m n ng p t",
        "ô": "c m n ng p t",
        "ơ": "m n p t",
        "u": "c m n ng p t",
        "ư": "c m n ng t",
        "y": "ch m n nh t",
        "iê": "c m n ng p t",
        "yê": "m n ng t",
        "oa": "c ch m n ng nh p t",
        "oă": "c m n ng t",
        "oe": "m n t",
        "oo": "c ng",
        "uâ": "n ng t",
        "uê": "ch n nh",
        "uô": "c m n ng t",
        "uy": "ch n nh p t",
        "uyê": "n t",
        "ươ": "c m n ng p t",
        # after q the u belongs to the onset, so these stand without it
        "ie": "",
    }.items()
}
_LONG_O = frozenset(("xoong", "soong", "boong", "mooc", "sooc"))
"""The few words with a long o; "khoong" and "coong" are Telex keys."""
_STOPS = frozenset(("c", "ch", "p", "t"))
_FRONT = frozenset("eêiy")


def split_tone(word: str) -> tuple[str, str]:
    """Return a word without its tone, and the tone's combining character ("" for none or for several).

    `word`: NFC, lower case. With more than one tone the word comes back as it is.
    """
    decomposed = unicodedata.normalize("NFD", word)
    tones = [character for character in decomposed if character in TONE_MARKS]
    if len(tones) != 1:
        return word, ""
    return unicodedata.normalize("NFC", decomposed.replace(tones[0], "")), tones[0]


@lru_cache(maxsize=32_768)
def place_tone(word: str) -> str:
    """Return a syllable with its tone mark where the state's own texts put it: hòa, thúy, ủy, but hoàn, quý.

    `word`: NFC, lower case. What is not shaped like a Vietnamese syllable comes back as it is.
    """
    if len(word) > 7 or word.isascii():
        return word
    toneless, tone = split_tone(word)
    shape = _SHAPE.fullmatch(toneless) if tone else None
    if shape is None:
        return word
    onset, vowels, coda = shape.groups()
    at = len(onset) + _toned_vowel(vowels, coda)
    return toneless[:at] + unicodedata.normalize("NFC", toneless[at] + tone) + toneless[at + 1 :]


def _toned_vowel(vowels: str, coda: str) -> int:
    """Return the index of the vowel that carries the tone."""
    for marked in ("êôơâă", "ư"):
        found = [index for index, vowel in enumerate(vowels) if vowel in marked]
        if found:
            return found[-1]
    if coda:
        return len(vowels) - 1
    return 1 if len(vowels) == 3 else 0


@lru_cache(maxsize=32_768)
def is_syllable(word: str) -> bool:
    """Tell whether a word can be a Vietnamese syllable as it is written, accents included.

    `word`: NFC, lower case. "cước" and "the" can; "cuowcs", "wifi" and "cuoc" cannot.
    """
    if not 1 <= len(word) <= 7:
        return False
    toneless, tone = split_tone(word)
    shape = _SHAPE.fullmatch(toneless)
    if shape is None:
        return False
    onset, vowels, coda = shape.groups()
    if coda in _STOPS and tone not in ("\u0301", "\u0323"):
        return False
    if vowels == "oo" and toneless not in _LONG_O:
        return False
    rhyme_exists = coda in _CLOSED_RHYMES.get(vowels, ()) if coda else vowels in _OPEN_RHYMES
    return rhyme_exists and _spelled_as_written(onset, vowels)


def _spelled_as_written(onset: str, vowels: str) -> bool:
    """Tell whether Vietnamese spelling lets this onset stand before these vowels: kẻ, not cẻ; nghe, not nge."""
    front = vowels[0] in _FRONT
    if onset in ("k", "gh", "ngh"):
        return front
    if onset in ("c", "ng"):
        return not front
    if onset == "g":
        return not front or vowels in ("i", "iê")
    return True
