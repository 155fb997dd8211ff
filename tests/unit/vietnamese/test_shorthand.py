"""Short forms are written out where their neighbours allow it."""

from __future__ import annotations

import pytest

from vietnamese.shorthand import expand_shorthand, load_table
from vietnamese.tidy import tidy


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lm cccd hết bn", "làm căn cước công dân hết bao nhiêu"),
        ("phí 30k hay 50 k vậy", "phí 30 nghìn hay 50 nghìn vậy"),
        ("k biết", "không biết"),
        ("đk tạm trú online đk ko", "đăng ký tạm trú online được không"),
        ("đk tt ntn", "đăng ký thường trú như thế nào"),
        ("giấy kh ở đâu", "giấy kết hôn ở đâu"),
        ("kh có thẻ", "không có thẻ"),
        ("hk", "hộ khẩu"),
        ("được hk", "được không"),
        ("quên mk vneid", "quên mật khẩu vneid"),
        ("mk mất thẻ", "mình mất thẻ"),
        ("ra ca xã", "ra công an xã"),
        ("ca làm việc", "ca làm việc"),
        ("tra cứu hs dvc", "tra cứu hồ sơ dịch vụ công"),
    ],
)
def test_written_out(typed: str, meant: str) -> None:
    assert expand_shorthand(typed) == meant


def test_table_is_sound() -> None:
    for form, meanings in load_table().items():
        assert form == form.strip().lower()
        assert all(meaning.expansion and meaning.expansion != form for meaning in meanings)


@pytest.mark.parametrize("typed", ["LM CCCD MẤT BN TIỀN", "lafm cccd maats bn tieenf", "lm  cccd mất bnhiu tiền"])
def test_one_reading_for_all(typed: str) -> None:
    assert tidy(typed) == "làm căn cước công dân mất bao nhiêu tiền"
