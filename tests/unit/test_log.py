"""What of an exception comes into a log: its kind and its place, never its words."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FAILS = """
import logging, sys
from pathlib import Path
import structlog
from bot.log import set_up_logging

set_up_logging("INFO", file=Path(sys.argv[1]))

def fail():
    try:
        {}["chim-bao-4242"]
    except KeyError as error:
        error.add_note("chim-bao-4242")
        raise ExceptionGroup("chim-bao-4242", [ValueError("chim-bao-4242")]) from error

for log in (structlog.get_logger(), logging.getLogger("uvicorn.error")):
    try:
        fail()
    except ExceptionGroup:
        log.exception("turn.failed")
"""


def test_an_exception_is_logged_without_its_words(tmp_path: Path) -> None:
    """T25: personal data in logs."""
    file = tmp_path / "a.log"
    subprocess.run([sys.executable, "-c", FAILS, str(file)], check=True)
    logged = file.read_text()
    assert "chim-bao-4242" not in logged
    lines = [json.loads(line) for line in logged.splitlines()]
    assert len(lines) == 2
    for line in lines:
        assert line["event"] == "turn.failed"
        assert [each["exc_type"] for each in line["exception"]] == ["ExceptionGroup", "KeyError"]
        assert line["exception"][0]["frames"][-1]["name"] == "fail"
