"""What changed is shown with the lines it stands in, and no more."""

from __future__ import annotations

import pytest

from bot.console.differences import compare_words, keep_changed_lines


def read(before: str, after: str) -> str:
    marks = {"kept": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(
        marks[piece.kind.value].format(piece.text) for piece in keep_changed_lines(compare_words(before, after))
    )


def test_lines_in_which_nothing_changed_are_left_out() -> None:
    before = "Tùy việc:\n- Lần đầu: miễn phí.\n- Đổi thẻ: 25.000 đồng.\n- Cấp lại: 35.000 đồng.\n\nHết năm 2026."
    after = before.replace("25.000", "26.000")
    assert read(before, after) == "…\n- Đổi thẻ: [-25.000-][+26.000+] đồng.\n…"


def test_what_stands_between_two_changes_is_left_out() -> None:
    before = "Lệ phí 10 đồng.\nMột dòng giữ nguyên như cũ.\nDòng nữa.\nMức cũ 20 đồng một lần."
    after = before.replace("10", "11").replace("20", "21")
    assert read(before, after) == ("Lệ phí [-10-][+11+] đồng.\n…\nMức cũ [-20-][+21+] đồng một lần.")


def test_a_text_of_one_line_is_shown_whole() -> None:
    assert read("Lệ phí 10 đồng một thẻ.", "Lệ phí 11 đồng một thẻ.") == "Lệ phí [-10-][+11+] đồng một thẻ."


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (
            "Phí là 50 đồng ạ.",
            "Phí là 25 đồng.",
            [("kept", "Phí là "), ("gone", "50 đồng ạ."), ("new", "25 đồng.")],
        ),
        (
            "Một hai ba bốn năm",
            "Một hai ba bốn sáu",
            [("kept", "Một hai ba bốn "), ("gone", "năm"), ("new", "sáu")],
        ),
        (
            "A một hai ba B",
            "C một hai ba D",
            [("gone", "A"), ("new", "C"), ("kept", " một hai ba "), ("gone", "B"), ("new", "D")],
        ),
        ("", "Mới", [("new", "Mới")]),
        ("Cũ", "", [("gone", "Cũ")]),
        ("Y nguyên", "Y nguyên", [("kept", "Y nguyên")]),
    ],
)
def test_words_are_compared(before: str, after: str, pieces: list[tuple[str, str]]) -> None:
    assert [(piece.kind.value, piece.text) for piece in compare_words(before, after)] == pieces
