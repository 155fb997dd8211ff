"""What people, machines and attackers send: strategies that the generated tests share."""

from __future__ import annotations

import os
import unicodedata
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
"""Inputs for each test; `python -m bot fuzz` sets it so that all together have as many as were asked for."""

much = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    derandomize=EXAMPLES <= 60,
)
"""In CI the same few inputs each time; at night new ones."""

LONGEST = 2_000

# fmt: off
_WORDS = [
    "lệ", "phí", "đổi", "thẻ", "căn", "cước", "bao", "nhiêu", "cccd", "vneid", "mất", "rớt", "bóp", "thường",
    "trú", "tạm", "trú", "hồ", "sơ", "ko", "đc", "dk", "079203012345", "0912345678", "H12.34.56-261102-0001",
    "23/11/2026", "12/2026", "<b>", "</b>", "<script>alert(1)</script>", "**đậm**", "-", "https://a.vn",
    "javascript:alert(1)", "{{7*7}}", "${jndi:ldap://x}", "'", "OR", "1=1", "--", "../../etc/passwd",
    "=HYPERLINK(1)", "\r\n", "\u0000", "%00", "\u202e", "\u200b", "\u2066",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\ud83d", "０７９２０３０１２３４５", "can", "cuoc", "caanf",
    "cuowcs", "thẻ",
]
# fmt: on
_NASTY = [
    "e" + "\u0301" * 500,
    "a\u200b" * 300,
    "(" * 1000,
    "0" * 1990,
    "0 " * 990,
    "a@" * 900,
    "a.a@a." * 300,
    "1/1/" * 480,
    "- " * 900,
    "**" * 900,
    "https://" * 240,
    "aaaa " * 390,
    "ﷺ" * 600,
    "\U0001f1fb\U0001f1f3" * 480,
]


def _spoil(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(
        [
            text,
            text.upper(),
            unicodedata.normalize("NFD", text),
            unicodedata.normalize("NFKD", text),
            "\u200b".join(text),
            text[::-1],
            text.replace(" ", ""),
        ]
    ).map(lambda each: each[:LONGEST])


texts: st.SearchStrategy[str] = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join).flatmap(_spoil),
    st.sampled_from(_NASTY).map(lambda each: each[:LONGEST]),
    st.text(alphabet=st.characters(categories=["Mn", "Cf", "Lo", "So"]), max_size=300),
)
"""A message as it may arrive, at most LONGEST characters: what is longer is not read at all."""

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=20), inner, max_size=5),
    max_leaves=20,
)
"""Any JSON."""
