"""One of many that staff name in a form: by its id, its name, or a few of its words, with or without accents."""

from __future__ import annotations

from collections.abc import Mapping

from vietnamese.normalise import fold, normalise


def find_named(typed: str, names: Mapping[str, str], *, also: Mapping[str, str] | None = None) -> list[str]:
    """Return the ids of what was meant: one where it is clear, none where nothing fits, else all that fit.

    `names`: by id. `also`: what else is said of some, which is looked into too.
    """
    if typed in names:
        return [typed]
    wanted = _fold(typed)
    if named := [each for each, name in names.items() if _fold(name) == wanted]:
        return named
    words = wanted.split()
    said = {each: _fold(f"{each} {name} {(also or {}).get(each, '')}") for each, name in names.items()}
    return [each for each in names if words and all(word in said[each] for word in words)]


def choose_answer(typed: str, titles: Mapping[str, str]) -> str:
    """Return the id of the answer that was meant; what was typed where that is none or several."""
    found = find_named(typed, titles)
    return found[0] if len(found) == 1 else typed


def _fold(text: str) -> str:
    return fold(normalise(text))
