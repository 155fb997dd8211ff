"""Accents given back to texts that were typed without."""

import pytest

from vietnamese.accents import Accents

_TEXTS = [
    ["đăng", "ký", "tạm", "trú"],
    ["tạm", "trú", "ở", "đâu"],
    ["đăng", "ký", "xe", "ở", "đâu"],
    ["tam", "giac"],
    ["cho", "tôi", "hỏi", "tạm", "trú"],
    ["chờ", "tạm", "trú", "lâu", "quá"],
]
_ACCENTS = Accents.learn(_TEXTS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky tam tru", "đăng ký tạm trú"),
        ("cho toi hoi", "cho tôi hỏi"),
        ("cho tam tru", "chờ tạm trú"),
        ("dang ký tam trú", "đăng ký tạm trú"),
        ("vovinam o dau", "vovinam ở đâu"),
        ("", ""),
    ],
)
def test_accents_are_those_of_the_words_around(typed: str, meant: str) -> None:
    assert " ".join(_ACCENTS.give(typed.split())) == meant


def test_what_was_typed_with_accents_stays() -> None:
    assert _ACCENTS.give(["chó", "đăng", "ky"]) == ("chó", "đăng", "ký")


def test_texts_without_accents_teach_nothing() -> None:
    assert Accents.learn([["tam", "giac"]]).give(["tam", "giac"]) == ("tam", "giac")


def test_what_is_kept_gives_the_same() -> None:
    assert Accents.restore(*_ACCENTS.counts()).give(["dang", "ky", "tam", "tru"]) == ("đăng", "ký", "tạm", "trú")
