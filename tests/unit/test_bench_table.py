"""The table and the chart that the bench writes into docs/performance.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.figures import BEGINS, ENDS, FIGURES, render_chart, render_table, write_into
from bot.settings import PROJECT_ROOT

MEASURED = {
    "sizes": "usual",
    "measured_on": "2026-11-29",
    "machine": {
        "cores": 2,
        "processor": "a processor",
        "memory_gb": 25,
        "load_before": 0.1,
        "python": "3.11.7",
        "postgresql": "18",
    },
    "text_to_answer_p50_ms": 8.25,
    "webhook_ack_rate": 500.0,
    "broadcast_lost": 0,
    "reply_slower_in_broadcast": 0.3,
}


def test_each_goal_is_judged() -> None:
    lines = render_table(MEASURED).splitlines()
    found = {figure.name: line for figure in FIGURES for line in lines if f"`{figure.name}`" in line}
    assert set(found) == {name for name in MEASURED if name not in {"sizes", "measured_on", "machine"}}
    assert found["text_to_answer_p50_ms"].endswith("| 8.25 ms | ≤ 10 | reached |")
    assert found["webhook_ack_rate"].endswith("| 500 updates/s | ≥ 980 | **not reached** |")
    assert found["broadcast_lost"].endswith("| ≤ 0 | reached |")
    assert found["reply_slower_in_broadcast"].endswith("| 0.3 | ≤ 0.2 | **not reached** |")


def test_the_chart_shows_shares_of_goals() -> None:
    chart = render_chart(MEASURED)
    assert 'x-axis ["answer p50", "acknowledged/s"]' in chart
    assert "bar [121, 51]" in chart


def test_writing_again_replaces_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    path.write_text(f"before\n\n{BEGINS}\nold\n{ENDS}\n\nafter\n")
    write_into(path, MEASURED)
    once = path.read_text()
    write_into(path, MEASURED)
    assert path.read_text() == once
    assert once.startswith(f"before\n\n{BEGINS}")
    assert once.endswith(f"{ENDS}\n\nafter\n")
    assert "old" not in once


def test_a_document_without_its_marks_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    path.write_text("no marks")
    with pytest.raises(ValueError, match="marks"):
        write_into(path, MEASURED)
    assert path.read_text() == "no marks"


def test_the_document_has_its_marks() -> None:
    document = (PROJECT_ROOT / "docs" / "performance.md").read_text()
    assert document.count(BEGINS) == document.count(ENDS) == 1
