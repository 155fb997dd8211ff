"""Teencode and the abbreviations of citizens, written out: "hết bn" becomes "hết bao nhiêu".

The table is shorthand.tsv. A form with several meanings takes the first line whose neighbours fit, or stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("shorthand.tsv")
_WORD = re.compile(r"[^\W_]+")
_THOUSANDS = re.compile(r"(?<![\w.,])(\d{1,4})(?:k|ng|ngàn)(?![^\W_])")
BEGINNING, END, FIGURE = "^", "$", "#"


@dataclass(frozen=True)
class Meaning:
    """One reading of a short form. Empty conditions always fit; words are compared as they are typed."""

    expansion: str
    only_before: frozenset[str]
    only_after: frozenset[str]

    def fits(self, before: str, after: str) -> bool:
        """Tell whether it may stand between two words ("" at the ends)."""
        if self.only_before and not (
            after in self.only_before
            or (FIGURE in self.only_before and after[:1].isdigit())
            or (END in self.only_before and not after)
        ):
            return False
        if not self.only_after or before in self.only_after:
            return True
        return (FIGURE in self.only_after and before[:1].isdigit()) or (
            BEGINNING in self.only_after and not before
        )


@lru_cache(maxsize=1)
def load_table() -> dict[str, tuple[Meaning, ...]]:
    """Return every short form with its meanings, first choice first."""
    table: dict[str, tuple[Meaning, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        form, expansion, before, after = [*line.split("\t"), "", ""][:4]
        meaning = Meaning(expansion, frozenset(before.split()), frozenset(after.split()))
        table[form] = (*table.get(form, ()), meaning)
    return table


@lru_cache(maxsize=1)
def _long_forms() -> re.Pattern[str]:
    forms = sorted((form for form in load_table() if " " in form), key=len, reverse=True)
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, forms)) + r")(?![^\W_])")


def expand_shorthand(text: str) -> str:
    """Return a normalised text with its short forms written out.

    `text`: what `normalise` returned. "30k" becomes "30 nghìn"; "k" elsewhere "không".
    """
    table = load_table()
    text = _THOUSANDS.sub(r"\1 nghìn", text)
    text = _long_forms().sub(lambda form: table[form.group()][0].expansion, text)
    words = [(match.start(), match.end(), match.group()) for match in _WORD.finditer(text)]
    if not any(word in table for _, _, word in words):
        return text
    pieces: list[str] = []
    end_of_last = 0
    for index, (start, end, word) in enumerate(words):
        before = words[index - 1][2] if index else ""
        after = words[index + 1][2] if index + 1 < len(words) else ""
        meaning = next((one for one in table.get(word, ()) if one.fits(before, after)), None)
        pieces += [text[end_of_last:start], meaning.expansion if meaning else word]
        end_of_last = end
    return "".join([*pieces, text[end_of_last:]])
