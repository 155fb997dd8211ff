"""Slips of citizens' typing made on purpose: for training, for `ask --noise`, for scores.

The same seed and text always give the same result, in any order of calls.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from vietnamese.normalise import fold
from vietnamese.shorthand import load_table
from vietnamese.syllable import split_tone

NOISES = ("strip-accents", "typos", "teencode", "telex")

_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TELEX_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TELEX_LETTERS = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_LONGEST_SHORT_MEANING = 5
"""Words in the longest expression that has a short form: "dịch vụ công quốc gia"."""


class UnknownNoise(ValueError):
    """There is no noise of this name; `NOISES` lists those there are."""


def make_noise(name: str, seed: int) -> Callable[[str], str]:
    """Return a function that rewrites a text the way one kind of typing does.

    `name`: one of `NOISES`. `seed`: another seed gives other slips.
    Raises:
        UnknownNoise: the name is none of them.
    """
    makers: dict[str, Callable[[str, random.Random], str]] = {
        "strip-accents": lambda text, _: fold(unicodedata.normalize("NFC", text)),
        "typos": _mistype,
        "teencode": _shorten,
        "telex": _leave_telex_keys,
    }
    if name not in makers:
        raise UnknownNoise(f"no noise named {name!r}: one of {', '.join(NOISES)}")
    maker = makers[name]
    return lambda text: maker(text, random.Random(f"{name}:{seed}:{text}"))


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, str]:
    """Return the keys beside each key of a phone keyboard."""
    beside: dict[str, str] = {}
    for row_index, row in enumerate(_ROWS):
        for index, key in enumerate(row):
            near = row[max(0, index - 1) : index] + row[index + 1 : index + 2]
            for other in (row_index - 1, row_index + 1):
                if 0 <= other < len(_ROWS):
                    near += _ROWS[other][max(0, index - 1) : index + 1]
            beside[key] = near
    return beside


def _mistype(text: str, dice: random.Random) -> str:
    """Return a text with a slip of the thumb about every 18 letters, at least one."""
    letters = list(unicodedata.normalize("NFC", text))
    for _ in range(max(1, round(len(letters) / 18))):
        spots = [index for index, letter in enumerate(letters) if letter.isalpha()]
        if len(spots) < 3:
            break
        spot = dice.choice(spots)
        slip = dice.choice(("neighbour", "neighbour", "drop", "double", "swap", "space"))
        if slip == "neighbour":
            key = fold(letters[spot]).lower()
            letters[spot] = dice.choice(_neighbours().get(key, key))
        elif slip == "drop":
            letters[spot] = ""
        elif slip == "double":
            letters[spot] *= 2
        elif slip == "swap" and spot + 1 < len(letters) and letters[spot + 1].isalpha():
            letters[spot], letters[spot + 1] = letters[spot + 1], letters[spot]
        elif slip == "space":
            spaces = [index for index, letter in enumerate(letters) if letter == " "]
            if spaces:
                letters[dice.choice(spaces)] = ""
        letters = list("".join(letters))
    return "".join(letters)


@lru_cache(maxsize=1)
def _short_forms() -> dict[str, tuple[str, ...]]:
    """Return the short forms of each expression that may stand anywhere."""
    forms: dict[str, tuple[str, ...]] = {}
    for form, meanings in load_table().items():
        first = meanings[-1]
        if not first.only_before and not first.only_after and len(form) < len(first.expansion):
            forms[first.expansion] = (*forms.get(first.expansion, ()), form)
    return forms


def _shorten(text: str, dice: random.Random) -> str:
    """Return a text with most of what has a short form shortened, and some letters written the young way."""
    text = unicodedata.normalize("NFC", text).lower()
    forms = _short_forms()
    pieces: list[str] = []
    spans = list(_WORD.finditer(text))
    index, copied = 0, 0
    while index < len(spans):
        for length in range(_LONGEST_SHORT_MEANING, 0, -1):
            run = spans[index : index + length]
            meant = " ".join(span.group() for span in run)
            if len(run) == length and meant in forms and dice.random() < 0.75:
                pieces += [text[copied : run[0].start()], dice.choice(forms[meant])]
                copied = run[-1].end()
                index += length - 1
                break
        index += 1
    text = "".join([*pieces, text[copied:]])
    return _LETTERS.sub(lambda word: _write_young(word.group(), dice), text)


def _write_young(word: str, dice: random.Random) -> str:
    """Return a word with a letter or two as teenagers write them: ph as f, final ch as k, gi as j."""
    if len(word) < 4 or dice.random() > 0.12:
        return word
    for written, young in (("ph", "f"), ("ngh", "ng"), ("kh", "kh"), ("gi", "j")):
        if word.startswith(written):
            return young + word[len(written) :]
    return word[:-2] + "k" if word.endswith("ch") else word


def _leave_telex_keys(text: str, dice: random.Random) -> str:
    """Return the keys of a text as they were pressed, as if the Vietnamese keyboard were off."""
    tone_last = dice.random() < 0.8
    short_uo = dice.random() < 0.5
    return _LETTERS.sub(
        lambda word: _telex_keys(word.group(), tone_last=tone_last, short_uo=short_uo),
        unicodedata.normalize("NFC", text),
    )


def _telex_keys(word: str, *, tone_last: bool, short_uo: bool) -> str:
    """Return the keys of one word. `tone_last`: the tone key ends it; else it follows the vowels."""
    toneless, tone = split_tone(word.lower())
    if short_uo:
        toneless = toneless.replace("ươ", "uow")
    keys = "".join(_TELEX_LETTERS.get(letter, letter) for letter in toneless)
    if not tone:
        return keys if keys != word.lower() else word
    if tone_last:
        return keys + _TELEX_TONES[tone]
    coda = re.search("(?:ch|ng|nh|[cmnpt])?$", keys)
    at = coda.start() if coda else len(keys)
    return keys[:at] + _TELEX_TONES[tone] + keys[at:]
