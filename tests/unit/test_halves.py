"""A message with two questions falls into two halves; one that tells a story before its question does not."""

from __future__ import annotations

import pytest

from bot.understanding.halves import Boundary, Cut, count_asks, list_cuts
from vietnamese.normalise import normalise


def _list_cuts(text: str) -> list[Cut]:
    return list(list_cuts(normalise(text), is_plain=text.isascii()))


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "đổi thẻ căn cước hết bao nhiêu tiền và mất bao lâu",
            "đổi thẻ căn cước hết bao nhiêu tiền",
            "mất bao lâu",
        ),
        ("làm hộ chiếu ở đâu? lệ phí bao nhiêu tiền", "làm hộ chiếu ở đâu", "lệ phí bao nhiêu tiền"),
        ("đăng ký tạm trú ở đâu, mất mấy ngày?", "đăng ký tạm trú ở đâu", "mất mấy ngày"),
        (
            "mất thẻ làm lại ở đâu với lại con tôi 5 tuổi có làm được không",
            "mất thẻ làm lại ở đâu",
            "con tôi 5 tuổi có làm được không",
        ),
        (
            "tam tru o dau con ho chieu may ngay co",
            "tam tru o dau",
            "ho chieu may ngay co",
        ),
        (
            "mất thẻ căn cước làm lại ở đâu hết bao nhiêu tiền",
            "mất thẻ căn cước làm lại ở đâu",
            "hết bao nhiêu tiền",
        ),
        ("lam cccd o dau va khai sinh can gi", "lam căn cước công dân o dau", "khai sinh can gi"),
        (
            "nhập khẩu lệ phí nhiêu tiền. với lại kết hôn có mất phí không",
            "nhập khẩu lệ phí nhiêu tiền",
            "kết hôn có mất phí không",
        ),
        ("tổng đài vneid số mấy, à nữa hộ nghèo xét tháng mấy", "tổng đài vneid số mấy", "hộ nghèo xét tháng mấy"),
        ("đóng 16 năm có lương hưu hả? đi khám thì sao", "đóng 16 năm có lương hưu hả", "đi khám thì sao"),
        (
            "thay thẻ có tốn tiền không, làm tại chỗ được không hay phải về quê",
            "thay thẻ có tốn tiền không",
            "làm tại chỗ được không hay phải về quê",
        ),
        ("lam ho chieu can gi o dau", "lam ho chieu can gi", "o dau"),
        ("phí làm căn cước với phí làm hộ chiếu bao nhiêu", "phí làm căn cước", "phí làm hộ chiếu bao nhiêu"),
    ],
)
def test_two_questions_are_two_halves(text: str, first: str, second: str) -> None:
    assert (first, second) in [cut.halves for cut in _list_cuts(text)]


@pytest.mark.parametrize(
    "text",
    [
        "thẻ hết hạn tháng sau, đổi ở đâu",
        "làm thẻ lần đầu rồi thì đợi bao lâu",
        "mất thẻ và bằng lái thì làm sao",
        "đổi thẻ mất bao nhiêu tiền",
        "dang ky tam tru mat bao lau thi xong",
        "cụ vừa mất, không con cháu họ hàng, ai đứng ra khai tử",
        "con toi 15 tuoi lam can cuoc co mat tien khong",
        "nộp ở xã hay lên tỉnh cũng được, hồ sơ gồm tờ khai với ảnh",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert not _list_cuts(text)


@pytest.mark.parametrize(
    ("text", "boundary"),
    [
        ("làm hộ chiếu ở đâu? lệ phí bao nhiêu tiền", Boundary.MARK),
        ("làm hộ chiếu ở đâu. lệ phí bao nhiêu tiền", Boundary.SENTENCE),
        ("làm hộ chiếu ở đâu, lệ phí bao nhiêu tiền", Boundary.COMMA),
        ("làm hộ chiếu ở đâu, sẵn hỏi luôn tạm trú mấy ngày có", Boundary.LED),
        ("lam ho chieu o dau ben canh do tam tru may ngay co", Boundary.LED),
        ("làm hộ chiếu ở đâu còn tạm trú mấy ngày có", Boundary.JOINED),
        ("LAM LAI CAN CUOC CO MAT TIEN KHONG TET NAY CO QUA KHONG", Boundary.NONE),
        ("phí làm căn cước với phí làm hộ chiếu bao nhiêu", Boundary.THINGS),
    ],
)
def test_what_stands_between_two_questions_is_told(text: str, boundary: Boundary) -> None:
    assert _list_cuts(text)[0].boundary is boundary


@pytest.mark.parametrize(
    "text",
    [
        "mất thẻ làm lại ở đâu con tôi 5 tuổi có làm được không",
        "mat the lam lai o dau con toi 5 tuoi co lam duoc khong",
        "tạm trú đăng ký ở đâu chị tôi ở nhờ thì có phải đăng ký không",
    ],
)
def test_whom_the_second_question_is_about_stays_with_it(text: str) -> None:
    seconds = {cut.second for cut in _list_cuts(text)}
    assert any(second.startswith(("con ", "chị ")) for second in seconds)
    assert not any(second.startswith(("tôi ", "toi ")) for second in seconds)


def test_words_that_only_join_belong_to_neither_half() -> None:
    cut = _list_cuts("báo mất hộ chiếu ở đâu và sẵn tiện cho em hỏi lệ phí bao nhiêu")[0]
    assert cut.halves == ("báo mất hộ chiếu ở đâu", "lệ phí bao nhiêu")


def test_a_question_does_not_end_before_what_it_counts() -> None:
    cuts = _list_cuts("khai tử trong bao nhiêu ngày và điện đứng tên bố thì đổi ở đâu ạ")
    assert cuts
    assert not any(cut.second.startswith(("ngày", "tiền")) for cut in cuts)


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("đăng ký tạm trú ở đâu người già có được miễn phí không", "người già có được miễn phí không"),
        ("lam the co mat tien khong nam nay ho ngheo co qua khong", "nam nay ho ngheo co qua khong"),
        ("lệ phí bao nhiêu còn nơi nộp ở đâu", "nơi nộp ở đâu"),
        ("đổi thẻ được không còn cho con em thì làm sao", "cho con em thì làm sao"),
    ],
)
def test_what_is_counted_or_left_may_also_begin_a_question(text: str, second: str) -> None:
    assert second in [cut.second for cut in _list_cuts(text)]


@pytest.mark.parametrize(
    "text",
    [
        *("nhà em có sổ nghèo nhưng không có đất", "bà có lương hưu mà không đủ sống", "nop nhieu tien"),
        *("con có thẻ mà không có vneid", "em lam o cong ty may to", "da nop so may o phuong"),
    ],
)
def test_a_statement_asks_nothing(text: str) -> None:
    assert count_asks(normalise(text)) == 0


def test_nothing_left_is_not_where_a_question_begins() -> None:
    cuts = _list_cuts("nhà cháy rụi không còn gì, có khoản nào giúp dựng lại không, còn giấy tờ thì làm lại ở đâu")
    assert cuts
    assert not any(cut.first.endswith("rụi không") for cut in cuts)
