"""What is a scam, what is official, and what nobody can know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from bot.content.files import read_content
from bot.content.schema import Parameter
from bot.scams.judge import Judgement, ScamJudge, Verdict, find_phones
from bot.scams.knowledge import ScamKnowledge
from bot.settings import DATA

JUDGE = ScamJudge(ScamKnowledge.load(DATA / "scams"))
TODAY = date(2026, 11, 29)


@pytest.fixture(scope="module")
def parameters() -> Mapping[str, Parameter]:
    return read_content(DATA).parameters


def judge(text: str, parameters: Mapping[str, Parameter]) -> Judgement:
    return JUDGE.judge(text, parameters, day=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "https://vneid-gov.com/capnhat",
        "vneid.gov.vn.dangnhap.top",
        "http://dichvucong.gov-vn.cc",
        "dichvucomg.com",
        "dichvucong.gov.vn@evil.example.com/x",
        "https://dichvucong.gov.vn@103.7.8.9/login",
        "http://103.7.8.9:8080/vneid",
        "https://bit.ly/3abcXYZ",
        "https://xn--dchvucong-p5b.com",
        "https://dịchvụcông.com",
        "https://d\u0456chvucong.com",
        "hxxps://bocongan.vip",
        "https://example.com/vneid.apk",
        "https://dichvucong.gov.vn/app.apk",
        "vne1d.net",
        "Cong an thong bao: tai khoan VNeID cua ban se bi khoa trong 24h, truy cap link de cap nhat",
        "Anh chị đọc giúp em mã OTP vừa gửi về máy để hoàn tất hồ sơ",
        "Vui lòng chuyển khoản 200k phí kích hoạt định danh mức 2",
        "chuyển tiền vào tài khoản an toàn của viện kiểm sát, giữ bí mật không được nói với ai",
        "Chúc mừng bạn đã trúng thưởng xe SH, bấm vào link để nhận",
        "tuyển cộng tác viên chốt đơn, hoa hồng 20%",
        "vay 50 triệu giải ngân ngay, đóng phí bảo hiểm khoản vay trước",
        "cài app theo link em gửi để được hỗ trợ teamviewer",
    ],
)
def test_signs_of_a_scam_are_named(text: str, parameters: Mapping[str, Parameter]) -> None:
    found = judge(text, parameters)
    assert found.verdict is Verdict.SUSPICIOUS
    assert all(len(reason) > 10 for reason in found.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "https://dichvucong.gov.vn/p/home",
        "DICHVUCONG.GOV.VN",
        "http://bocongan.gov.vn",
        "1900 0368",
        "19000368 là số của ai",
        "113",
        "https://congan.phutho.gov.vn/tin",
    ],
)
def test_what_is_on_the_list_is_official(text: str, parameters: Mapping[str, Parameter]) -> None:
    found = judge(text, parameters)
    assert found.verdict is Verdict.OFFICIAL
    assert found.official


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "stk 19034567890123 vietcombank",
        "https://example.com",
        "https://hanoi.gov.vn",
        "Mẹ ơi tối nay con về muộn",
        "Công an xã mời bác mang giấy hẹn đến nhận thẻ căn cước",
        "https://dichvucong.gov.vn và 0912345678",
        "Không đọc mã OTP cho bất kỳ ai",
        "2024",
        "",
        "\x00\u200b",
        "http://",
        "https://[::1",
        "1.000.000.000 đồng",
    ],
)
def test_what_is_not_known_is_never_called_official(text: str, parameters: Mapping[str, Parameter]) -> None:
    """T20: links that lead astray."""
    assert judge(text, parameters).verdict is Verdict.UNKNOWN


def test_what_the_safety_rules_know_is_suspicious_whatever_else(parameters: Mapping[str, Parameter]) -> None:
    found = JUDGE.judge("dichvucong.gov.vn", parameters, day=TODAY, is_known_scam=True)
    assert found.verdict is Verdict.SUSPICIOUS
    assert found.reasons


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("https://vneid-gov.com", True),
        ("trang vneid-gov.com có thật không vậy mọi người ơi giúp với", True),
        ("0912 345 678", True),
        ("số 0912345678 là của ai", True),
        ("nộp hồ sơ khai sinh trên dichvucong.gov.vn thế nào", False),
        ("dichvucong.gov.vn", True),
        ("em ở xã, gọi em 0912345678 khi nào thẻ căn cước xong nhé", False),
        ("thư gửi an.nguyen@example.com thì sao", False),
        ("lệ phí 1.000.000 đồng", False),
        ("hết hạn.lam sao doi", False),
        ("H00.01.02-261102-0001", False),
        ("sinh ngày 1.2.1990", False),
    ],
)
def test_only_links_and_lone_numbers_are_judged_unasked(text: str, is_asked: bool) -> None:
    assert JUDGE.is_asked_of(text) is is_asked


def test_telephone_numbers_are_read_as_people_write_them() -> None:
    assert find_phones("+84 912 345 678, 0912.345.678 và 1900 0368") == ("0912345678", "19000368")
    assert find_phones("số thẻ 001090123456") == ()


def test_a_list_of_all_signs_has_a_source_that_exists() -> None:
    content = read_content(DATA)
    for sign in JUDGE.knowledge.signs:
        assert sign.source.document in content.documents
    for phone in JUDGE.knowledge.official.phones:
        assert phone.parameter in content.parameters
