"""`supply ...`: what the two programs are made of: a bill of materials, licences, and known weaknesses.

pip-audit says "No known vulnerabilities" also when it could look nothing up. The audit here fails then: when a
package was skipped, when nothing was looked at, or when a version planted as known to be weak is not reported.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.clock import hanoi_date, read_clock
from bot.environments import ROOT, prepare_understanding_environment
from bot.yaml_files import read_yaml

LOCKS = ("assistant", "understanding")
LICENCES = Path("docs") / "licences.md"
ACCEPTED = ROOT / "locks" / "accepted-weaknesses.yml"
PLANTED = ("jinja2", "2.4.1")
"""A version with published weaknesses: an audit that does not report it looks nothing up."""
_LIST_LICENCES = (
    "import json, importlib.metadata as m;"
    "print(json.dumps([[d.name, d.version, d.metadata.get('License-Expression') or '',"
    " d.metadata.get('License') or '', d.metadata.get_all('Classifier') or []] for d in m.distributions()]))"
)
_LONGEST_LICENCE = 40

Audit = Callable[[Path], Mapping[str, Any]]


class AuditFailed(RuntimeError):
    """pip-audit gave no report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an audit of one lock came to."""

    looked_at: int
    weak: tuple[str, ...] = ()
    """Package, version and weakness, each neither fixed nor accepted."""
    skipped: tuple[str, ...] = ()
    planted_found: bool = False

    @property
    def is_good(self) -> bool:
        """Tell whether everything was looked at, and nothing was found."""
        return self.looked_at > 0 and not self.weak and not self.skipped and self.planted_found


def write_bills(out: Path, console: Console) -> int:
    """Write a CycloneDX bill of materials for each program into a folder. Return the exit code of the command."""
    out.mkdir(parents=True, exist_ok=True)
    for lock in LOCKS:
        bill = out / f"sbom-{lock}.cdx.json"
        subprocess.run(
            [
                *(f"{sys.prefix}/bin/cyclonedx-py", "requirements", str(ROOT / "locks" / f"{lock}.lock")),
                *("--output-reproducible", "--of", "JSON", "-o", str(bill)),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
        count = len(json.loads(bill.read_text())["components"])
        console.print(f"{bill}: {count} gói", highlight=False)
    return 0


def write_licences(console: Console) -> int:
    """Write the licence of every package of both programs. Return the exit code of the command."""
    lines = [
        "# Giấy phép của các gói được dùng",
        "",
        "Tạo bằng `python3 -m bot supply licences`. Gói chỉ dùng khi phát triển và thử nghiệm không có ở đây.",
    ]
    ours = {_tidy(each.name): _describe(each) for each in distributions()}
    python = prepare_understanding_environment()
    told = subprocess.run([str(python), "-c", _LIST_LICENCES], check=True, capture_output=True, text=True).stdout
    theirs = {
        _tidy(name): (version, _choose_licence(expression, text, classifiers))
        for name, version, expression, text, classifiers in json.loads(told)
    }
    unknown = 0
    for lock, title, found in zip(
        LOCKS, ("Trợ lý (bot/)", "Máy chủ hiểu ngôn ngữ (nlu/)"), (ours, theirs), strict=True
    ):
        lines += ["", f"## {title}", "", "| gói | phiên bản | giấy phép |", "|---|---|---|"]
        for name, version in sorted(read_lock(ROOT / "locks" / f"{lock}.lock").items()):
            licence = found.get(name, ("", ""))[1] or "không ghi"
            unknown += licence == "không ghi"
            lines.append(f"| {name} | {version} | {licence} |")
    (ROOT / LICENCES).write_text("\n".join(lines) + "\n")
    console.print(f"Đã ghi {LICENCES}; {unknown} gói không ghi giấy phép.", highlight=False)
    return 0


def audit_locks(console: Console, *, ask: Audit | None = None) -> int:
    """Look up known weaknesses of everything that is locked. Return the exit code: 0 only if all was looked up."""
    today = hanoi_date(read_clock())
    failed = 0
    table = Table("Khóa phiên bản", "Gói đã xem", "Bỏ qua", "Có lỗ hổng", "Gói cài bẫy bị phát hiện")
    for lock in LOCKS:
        try:
            found = audit_lock(ROOT / "locks" / f"{lock}.lock", ask=ask or _ask_pip_audit, today=today)
        except AuditFailed as error:
            console.print(f"[red]{lock}: {error}[/red]", highlight=False)
            return 1
        failed += not found.is_good
        caught = "có" if found.planted_found else "KHÔNG"
        table.add_row(lock, str(found.looked_at), str(len(found.skipped)), str(len(found.weak)), caught)
        for weakness in found.weak:
            console.print(f"[red]✗[/red] {lock}: {weakness}", highlight=False)
    console.print(table)
    if failed:
        console.print("Chưa đạt. Không tra được thì cũng là chưa đạt: cần mạng tới dịch vụ lỗ hổng của PyPI.")
    return 1 if failed else 0


def audit_lock(lock: Path, *, ask: Audit, today: date) -> Findings:
    """Return what is known about the packages of one lock, with a planted weak one among them.

    Raises:
        AuditFailed: no report came.
    """
    wanted = read_lock(lock)
    name, version = PLANTED
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "listed.txt"
        lines = [f"{each}=={number}" for each, number in wanted.items() if each != name]
        listed.write_text("\n".join([*lines, f"{name}=={version}"]) + "\n")
        report = ask(listed)
    accepted = _read_accepted(today)
    weak, skipped, looked_at, planted = [], [], 0, False
    for dependency in report.get("dependencies", []):
        if dependency.get("skip_reason"):
            skipped.append(str(dependency["name"]))
            continue
        ids = [str(each["id"]) for each in dependency.get("vulns", [])]
        if dependency["name"] == name and dependency["version"] == version:
            planted = bool(ids)
            continue
        looked_at += 1
        weak += [
            f"{dependency['name']} {dependency['version']}: {each}"
            for each in ids
            if (str(dependency["name"]), each) not in accepted
        ]
    missing = len(wanted) - looked_at - len(skipped) - (name in wanted)
    skipped += ["?"] * max(0, missing)
    return Findings(looked_at=looked_at, weak=tuple(weak), skipped=tuple(skipped), planted_found=planted)


def read_lock(lock: Path) -> dict[str, str]:
    """Return the packages of a lock with their versions."""
    found = {}
    for line in lock.read_text().splitlines():
        head, _, rest = line.partition("==")
        if rest and not line.startswith((" ", "#")):
            found[head.split("[")[0].strip().lower()] = rest.split()[0].rstrip("\\ ;")
    return found


def _ask_pip_audit(listed: Path) -> Mapping[str, Any]:
    done = subprocess.run(
        [
            *(f"{sys.prefix}/bin/pip-audit", "--requirement", str(listed), "--no-deps", "--disable-pip"),
            *("--format", "json", "--progress-spinner", "off"),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise AuditFailed("pip-audit không cho kết quả") from error
    return report


def _read_accepted(today: date) -> frozenset[tuple[str, str]]:
    """Return the weaknesses that were looked at and cannot be reached; each for a time, then it counts again."""
    listed = read_yaml(ACCEPTED)["accepted"]
    return frozenset((each["package"], each["id"]) for each in listed if each["until"] >= today)


def _describe(distribution: Distribution) -> tuple[str, str]:
    said = distribution.metadata.json
    licence = _choose_licence(
        str(said.get("license_expression", "")), str(said.get("license", "")), list(said.get("classifier", ()))
    )
    return distribution.version, licence


def _tidy(name: str) -> str:
    """Return the name of a package as locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _choose_licence(expression: str, text: str, classifiers: Sequence[str]) -> str:
    if expression:
        return expression
    named = [each.rsplit(" :: ", 1)[-1] for each in classifiers if each.startswith("License :: ")]
    first = text.strip().splitlines()[0] if text.strip() else ""
    if named:
        return ", ".join(sorted(set(named) - {"OSI Approved"})) or first[:_LONGEST_LICENCE]
    return first[:_LONGEST_LICENCE]
