"""Answers as HTML that nothing can break."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.render import render_html

_OURS = re.compile(
    r'</?(?:p|ul|li|strong)>|<a href="https://[^"<>]*" target="_blank" rel="noopener noreferrer">|</a>'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Có. **Miễn phí**.", "<p>Có. <strong>Miễn phí</strong>.</p>"),
        ("Mang:\n- a\n- b\n\nXong.", "<p>Mang:</p><ul><li>a</li><li>b</li></ul><p>Xong.</p>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("javascript:alert(1) http://a.vn", "<p>javascript:alert(1) http://a.vn</p>"),
        (
            "Xem https://a.vn/?x=1&y=2.",
            '<p>Xem <a href="https://a.vn/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">'
            "https://a.vn/?x=1&amp;y=2</a>.</p>",
        ),
    ],
)
def test_render(text: str, html: str) -> None:
    assert render_html(text) == html


@given(st.text(alphabet=st.sampled_from(list("<>\"'&*- \nhtps:/a.")), max_size=80))
def test_no_foreign_tag(text: str) -> None:
    """T14: scripts in the web chat."""
    rest = _OURS.sub("", render_html(text))
    assert "<" not in rest
    assert ">" not in rest
