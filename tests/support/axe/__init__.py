"""axe-core: finds in a page what keeps people with a disability out."""

from __future__ import annotations

import fcntl
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from playwright.async_api import Page

FOLDER = Path(__file__).resolve().parent
INSTALLS_WITHIN_S = 300
GRAVE = {"serious", "critical"}


def install_axe() -> None:
    """Run `npm ci` where the package is missing; processes that start together do it once."""
    with (Path(tempfile.gettempdir()) / "troly06-axe.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _find_source().exists():
            subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund", "--silent"],
                cwd=FOLDER,
                check=True,
                timeout=INSTALLS_WITHIN_S,
            )


async def find_grave_findings(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical in a page as it stands, each with where and why."""
    await page.evaluate(_read_source())
    violations = await page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(it => it.violations)")
    return [
        f"{page.url}: {each['id']}: {node['html'][:160]}: {node['failureSummary'].splitlines()[1].strip()}"
        for each in violations
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def _find_source() -> Path:
    return FOLDER / "node_modules" / "axe-core" / "axe.min.js"


@cache
def _read_source() -> str:
    install_axe()
    return _find_source().read_text()
