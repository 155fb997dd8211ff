"""Undo raw Telex and VNI keys that stayed in a text: "caanf cuowcs" was meant as "cần cước", "the3" as "thẻ".

Conservative: a word changes only if it is no plausible word as it stands, its decoding is a Vietnamese syllable,
and the rest of the text speaks for it when the signs in the word itself are weak ("tax", "bus").
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from vietnamese.syllable import is_syllable, place_tone

_TELEX_TONE = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONE = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_HAT = {"a": "â", "e": "ê", "o": "ô"}

_KEYED_WORD = re.compile(r"(?<![^\W_])[a-zđ][a-z1-9đ]{1,10}(?![^\W_])")
_ACCENTED = re.compile("[à-ỹđ]")
_TELEX_PARTS = re.compile(r"([bcdfghjklmnpqrstvxz]*)([aeiouy][a-z]*|[w][a-z]*)")
_NUCLEUS = re.compile(r"([aeiouy]{1,4})(ch|ng|nh|[cmnpt]|)([aeo]?)")
_VNI_PARTS = re.compile(r"([bcdfghjklmnpqrstvx]*)(9?)([aeiouy][a-z1-9]*)")

# Foreign words that live in Vietnamese questions and would decode to a syllable.
_FOREIGN = frozenset(
    re.findall(
        r"\w+",
        "as is us or for form bus gas tax max box fax six mix pos post card bar car her his see been free need"
        " week book door good look fee app pass web wow how now new show low law few raw saw internet ok okay visa"
        " mess boss loss us mb gb or per sir far error user order number water paper power two who was"
        " does has yes ios mac max pro fix hot cool too food room deep keep feel meet seen zoom soon moon teen",
    )
)


def undo_telex(text: str) -> str:
    """Return a normalised text with the words that are raw typing keys turned into Vietnamese.

    `text`: what `normalise` returned. A text without such keys comes back as it is.
    """
    candidates = [match.group() for match in _KEYED_WORD.finditer(text)]
    strong, weak = 0, 0
    for word in candidates:
        _, sign = decode_keys(word)
        strong += sign == "strong"
        weak += sign == "weak"
    if not strong and weak < 2:
        return text
    accented = bool(_ACCENTED.search(text))
    takes_weak = not accented and (strong > 0 or weak * 3 >= len(candidates))
    if not strong and not takes_weak:
        return text

    def replaced(match: re.Match[str]) -> str:
        decoded, sign = decode_keys(match.group())
        return decoded if sign == "strong" or (sign == "weak" and takes_weak) else match.group()

    return _KEYED_WORD.sub(replaced, text)


@lru_cache(maxsize=16_384)
def decode_keys(word: str) -> tuple[str, str]:
    """Return a word with its keys carried out, and how sure its signs are: "strong", "weak" or "none".

    Strong: doubled vowels, w or đ keys, or two VNI digits. Weak: one tone key alone. None: the word as it is.
    """
    if word in _FOREIGN or is_syllable(word):
        return word, "none"
    decoded, signs = _decode_vni(word) if any(c.isdigit() for c in word) else _decode_telex(word)
    if signs == 0 or decoded == word or not is_syllable(decoded):
        return word, "none"
    return decoded, "strong" if signs > 1 else "weak"


def _decode_telex(word: str) -> tuple[str, int]:
    """Return the decoding of Telex keys, and what speaks for it: 0 nothing, 1 a tone key, 2 letter keys."""
    parts = _TELEX_PARTS.fullmatch(word.replace("đ", "dd"))
    if parts is None:
        return word, 0
    onset, rest = parts.groups()
    signs = 0
    if onset == "dd":
        onset, signs = "đ", 2
    elif onset == "d" and rest.endswith("d"):
        onset, rest, signs = "đ", rest[:-1], 2
    tones = [c for c in rest if c in _TELEX_TONE]
    if len(tones) > 1:
        return word, 0
    if tones:
        rest = rest.replace(tones[0], "")
        signs += 1
    horned = "w" in rest
    if horned:
        rest = re.sub("w", "u", rest, count=1) if rest.startswith("w") else rest
        rest = rest.replace("w", "")
        signs += 2
    shape = _NUCLEUS.fullmatch(rest)
    if shape is None:
        return word, 0
    vowels, coda, late = shape.groups()
    if late and vowels[-1] == late:
        vowels += late
    elif late:
        return word, 0
    hatted = re.sub("aa|ee|oo", lambda pair: _HAT[pair.group()[0]], vowels)
    signs += 2 * (hatted != vowels)
    vowels = _add_horn(hatted, coda, onset) if horned else hatted
    return _join(onset, vowels, coda, _TELEX_TONE.get(tones[0], "") if tones else ""), signs


def _decode_vni(word: str) -> tuple[str, int]:
    """Return the decoding of VNI digits, and how many digits speak for it."""
    parts = _VNI_PARTS.fullmatch(word)
    if parts is None:
        return word, 0
    onset, bar, rest = parts.groups()
    digits = [c for c in rest if c.isdigit()]
    if "9" in digits and onset == "d":
        bar, rest = "9", rest.replace("9", "")
    tones = [c for c in digits if c in _VNI_TONE]
    marks = [c for c in digits if c in "678"]
    letters = re.sub("[1-9]", "", rest)
    shape = _NUCLEUS.fullmatch(letters)
    if shape is None or shape.group(3) or len(tones) > 1 or len(set(marks)) > 1 or (bar and onset != "d"):
        return word, 0
    vowels, coda, _ = shape.groups()
    if "6" in marks:
        vowels = re.sub("[aeo](?!.*[aeo])", lambda vowel: _HAT[vowel.group()], vowels)
    elif "7" in marks:
        vowels = _add_horn(vowels, coda, onset)
    elif "8" in marks:
        vowels = vowels.replace("a", "ă")
    onset = "đ" if bar else onset
    return _join(onset, vowels, coda, _VNI_TONE[tones[0]] if tones else ""), len(digits) + bool(bar)


def _add_horn(vowels: str, coda: str, onset: str) -> str:
    """Return vowels with the horn or breve that the w key (or 7) asks for."""
    if "uo" in vowels and onset != "q":
        return vowels.replace("uo", "ươ")
    if "ua" in vowels and not coda and onset != "q":
        return vowels.replace("ua", "ưa")
    for plain, horned in (("o", "ơ"), ("a", "ă"), ("u", "ư")):
        if plain in vowels and not (plain == "o" and "oa" in vowels):
            return vowels.replace(plain, horned, 1)
    return vowels


def _join(onset: str, vowels: str, coda: str, tone: str) -> str:
    if not tone:
        return onset + vowels + coda
    return place_tone(unicodedata.normalize("NFC", onset + vowels[0] + tone + vowels[1:] + coda))
