"""What starts the Telegram stand-in."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
COMMAND = ("node", str(FOLDER / "server.js"))
"""The port stands in the environment variable PORT."""
INSTALLS_WITHIN_S = 300


class PackagesMissing(RuntimeError):
    """Node is missing, or its packages could not be fetched."""


def install_packages() -> None:
    """Run `npm ci` where the packages are missing; processes that start together do it once.

    Raises:
        PackagesMissing: they are not there and could not be fetched.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise PackagesMissing("no Node.js")
    with (Path(tempfile.gettempdir()) / "troly06-telegram-emulator.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / "node_modules" / "telegram-test-api" / "package.json").exists():
            return
        try:
            subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund", "--silent"],
                cwd=FOLDER,
                check=True,
                timeout=INSTALLS_WITHIN_S,
            )
        except (subprocess.SubprocessError, OSError) as error:
            raise PackagesMissing(type(error).__name__) from error
