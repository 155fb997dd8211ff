"""One of many that staff name in a form: by its id, its name, or a few of its words, with or without accents."""

from __future__ import annotations

from collections.abc import Mapping

from vietnamese.normalise import fold, normalise

_MOST_NAMED = 4


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


class AnswerUnclear(ValueError):
    """What was typed is no answer's title. `args[0]`: what may have been meant and what to do, in Vietnamese."""


def choose_answer(typed: str, titles: Mapping[str, str]) -> str:
    """Return the id of the answer that goes by a title, or by an id. Nothing is guessed: it may be live at once.

    Raises:
        AnswerUnclear: none goes by it.
    """
    found = find_named(typed, titles)
    if len(found) == 1 and (found[0] == typed or _fold(titles[found[0]]) == _fold(typed)):
        return found[0]
    if not found:
        raise AnswerUnclear(f"Không câu trả lời đang dùng nào có tên như “{typed}”. Gõ vài chữ rồi chọn một tên.")
    listed = "; ".join(f"“{titles[each]}”" for each in found[:_MOST_NAMED])
    more = f" và {len(found) - _MOST_NAMED} câu khác" if len(found) > _MOST_NAMED else ""
    raise AnswerUnclear(f"“{typed}” chưa rõ là câu nào: {listed}{more}. Chọn đúng một tên.")


def _fold(text: str) -> str:
    return fold(normalise(text))
