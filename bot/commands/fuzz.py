"""`fuzz`: the generated tests with as many inputs as a night allows, then a search guided by coverage."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile

from bot.environments import ROOT

_COLLECTED = re.compile(r"^(\d+) tests? collected", re.MULTILINE)
_TESTS = "tests/fuzz"


def run_fuzz(inputs: int, *, guided_s: int) -> int:
    """Share the inputs among the generated tests and run them. Return the exit code of the command."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", _TESTS, "--collect-only"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = _COLLECTED.search(listed)
    count = int(found.group(1)) if found else sum("::" in line for line in listed.splitlines())
    each = -(-inputs // max(count, 1))
    print(f"{count} thử nghiệm, mỗi thử nghiệm {each} đầu vào", flush=True)
    code = subprocess.run(
        [sys.executable, "-m", "pytest", _TESTS, "--timeout", "0", "--durations", "5"],
        cwd=ROOT,
        check=False,
        env={**os.environ, "FUZZ_EXAMPLES": str(each)},
    ).returncode
    if code or not guided_s:
        return code
    with tempfile.TemporaryDirectory() as corpus:
        return subprocess.run(
            [sys.executable, "-m", "tests.fuzz.guided", f"-max_total_time={guided_s}", "-max_len=4000", corpus],
            cwd=ROOT,
            check=False,
        ).returncode
