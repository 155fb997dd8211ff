"""Every setting has a sentence in .env.example, and nothing else stands there."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import Settings


def test_every_setting_is_explained(project_root: Path) -> None:
    lines = (project_root / ".env.example").read_text().splitlines()
    explained = {
        match.group(1).lower(): lines[at - 1]
        for at, line in enumerate(lines)
        if (match := re.match(r"#([A-Z_]+)=", line))
    }
    assert explained.keys() == Settings.model_fields.keys()
    assert all(sentence.startswith("# ") and sentence.endswith(".") for sentence in explained.values())
