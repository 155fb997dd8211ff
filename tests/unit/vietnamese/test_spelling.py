"""Slips are mended with known words, and nothing else is touched."""

from __future__ import annotations

import pytest

from vietnamese.spelling import Speller

TEXTS = [
    "đăng ký tạm trú mất bao nhiêu tiền",
    "đăng ký tạm trú ở đâu",
    "lệ phí cấp đổi thẻ căn cước",
    "cấp lại thẻ căn cước bị mất",
    "thẻ căn cước hết hạn thì làm sao",
    "làm sao để đổi thẻ căn cước",
] * 2
SPELLER = Speller.learn([text.split() for text in TEXTS])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("đăng ký tạj trú", "đăng ký tạm trú"),
        ("dang ky taj tru", "dang ky tam tru"),
        ("cănn cước", "căn cước"),
        ("căncước hết hạn", "căn cước hết hạn"),
        ("lệphícấpđổi thẻ", "lệ phí cấp đổi thẻ"),
        ("thecancuochethan", "the can cuoc het han"),
        ("htẻ căn cước", "thẻ căn cước"),
        ("thẻ căn cướn", "thẻ căn cước"),
        ("lam soa de doi the", "lam sao de doi the"),
    ],
)
def test_slips_are_mended(typed: str, meant: str) -> None:
    assert " ".join(SPELLER.mend(typed.split())) == meant


@pytest.mark.parametrize("typed", ["đăng ký tạm trú", "bán phở gà", "mã 123 x9", ""])
def test_the_rest_stays(typed: str) -> None:
    assert " ".join(SPELLER.mend(typed.split())) == typed


def test_it_is_kept_and_restored() -> None:
    restored = Speller.restore(*SPELLER.counts())
    assert restored.mend(["tạj", "trú"]) == SPELLER.mend(["tạj", "trú"])


def test_other_ways_are_less_likely_and_sum_to_one() -> None:
    texts = ["tam trú", "tam trú", "tam trú", "tan trú", "tan trú"]
    ways = Speller.learn([text.split() for text in texts]).list_ways(["taj", "trú"])
    shares = [share for share, _ in ways]
    assert len({words for _, words in ways}) == len(ways) > 1
    assert shares == sorted(shares, reverse=True)
    assert abs(sum(shares) - 1) < 1e-9


def test_what_has_no_slip_is_meant_one_way() -> None:
    assert SPELLER.list_ways(["đăng", "ký", "tạm", "trú"]) == [(1.0, ("đăng", "ký", "tạm", "trú"))]
