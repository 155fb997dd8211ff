"""Makes the two Python environments from their exact locks, and starts the command in the right one.

Standard library only: this runs before anything is installed. The assistant lives in `.venv` (the Python that
runs this, 3.11 or newer), the understanding server in `.venv-nlu` (Python 3.10, because Rasa allows no newer).
An environment is made again when its lock changes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = "uv==0.13.9"
"""Installs a lock in seconds where pip takes minutes."""
READY = "TROLY06_ENVIRONMENT"
"""Set to "ready" where the packages are installed by other means, such as a container image."""


class PythonMissing(RuntimeError):
    """No Python of the wanted version is here, and none could be fetched."""


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the lock it is made from."""

    folder: Path
    lock: Path
    what: str

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def _stamp(self) -> Path:
        return self.folder / ".made-from"

    def is_made(self) -> bool:
        """Tell whether it stands and was made from the lock as it is now."""
        return self._stamp.exists() and self._stamp.read_text() == self._fingerprint()

    def make(self, interpreter: str) -> None:
        """Create it with an interpreter and install the lock, checking every hash."""
        print(f"Đang cài {self.what} (lần đầu mất vài phút)...", flush=True)
        if not self.python.exists():
            subprocess.run([interpreter, "-m", "venv", "--clear", str(self.folder)], check=True)
        uv = _uv()
        subprocess.run(
            [
                *(*uv, "pip", "sync", "--quiet", "--compile-bytecode"),
                *("--python", str(self.python), "--require-hashes", str(self.lock)),
            ],
            check=True,
        )
        self._stamp.write_text(self._fingerprint())

    def _fingerprint(self) -> str:
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()


ASSISTANT = Environment(ROOT / ".venv", ROOT / "locks" / "assistant.lock", "môi trường của trợ lý")
DEVELOPMENT = Environment(ROOT / ".venv", ROOT / "locks" / "development.lock", "môi trường phát triển")
UNDERSTANDING = Environment(ROOT / ".venv-nlu", ROOT / "locks" / "understanding.lock", "Rasa")


def enter_assistant_environment(*, development: bool) -> None:
    """Go on in the assistant's environment: at once if we are in it, else by starting again inside it."""
    if os.environ.get(READY) == "ready":
        return
    # The development lock holds all of the assistant's, at the same versions: it serves both.
    fits = DEVELOPMENT.is_made() or (ASSISTANT.is_made() and not development)
    if not fits:
        (DEVELOPMENT if development else ASSISTANT).make(_find_assistant_interpreter())
    if Path(sys.prefix).resolve() != ASSISTANT.folder.resolve():
        os.execv(ASSISTANT.python, [str(ASSISTANT.python), "-m", "bot", *sys.argv[1:]])


def prepare_understanding_environment() -> Path:
    """Return the interpreter of the understanding server, making its environment first where needed."""
    if os.environ.get(READY) == "ready" and not UNDERSTANDING.folder.exists():
        raise PythonMissing("Chưa có môi trường của Rasa (.venv-nlu).")
    if os.environ.get(READY) != "ready" and not UNDERSTANDING.is_made():
        UNDERSTANDING.make(find_python_310())
    return UNDERSTANDING.python


def lock_requirements() -> None:
    """Write locks/ anew: the newest versions that requirements.txt allows, with their hashes."""
    compiled = [
        ("requirements.txt", ASSISTANT.lock, ["--python-version", "3.11", "--universal"]),
        ("requirements.txt", UNDERSTANDING.lock, ["--python-version", "3.10"]),
        (
            "locks/development.in",
            DEVELOPMENT.lock,
            ["--python-version", "3.11", "--universal", "--constraint", str(ASSISTANT.lock)],
        ),
    ]
    for source, lock, options in compiled:
        subprocess.run(
            [
                *(*_uv(), "pip", "compile", "--quiet", "--no-header", "--generate-hashes"),
                *(*options, source, "--output-file", str(lock)),
            ],
            cwd=ROOT,
            check=True,
        )


def find_python_310() -> str:
    """Return a Python 3.10: from PATH, from pyenv, or fetched by uv.

    Raises:
        PythonMissing: there is none and none could be fetched.
    """
    candidates = [shutil.which("python3.10")]
    candidates += [
        str(path) for path in sorted(Path.home().glob(".pyenv/versions/3.10.*/bin/python"), reverse=True)
    ]
    for candidate in candidates:
        if candidate and _version_of(candidate) == (3, 10):
            return candidate
    subprocess.run([*_uv(), "python", "install", "--quiet", "3.10"], check=False)
    found = subprocess.run([*_uv(), "python", "find", "3.10"], check=False, capture_output=True, text=True)
    if found.returncode == 0 and _version_of(found.stdout.strip()) == (3, 10):
        return found.stdout.strip()
    raise PythonMissing("Cần Python 3.10 cho Rasa. Hãy cài python3.10 (hoặc pyenv) rồi chạy lại.")


def _find_assistant_interpreter() -> str:
    names = ("python3", "python3.13", "python3.12", "python3.11")
    for candidate in (sys.executable, *(shutil.which(name) for name in names)):
        version = _version_of(candidate) if candidate else None
        if candidate and version is not None and version >= (3, 11):
            return candidate
    raise PythonMissing("Cần Python 3.11 trở lên để chạy trợ lý.")


def _version_of(interpreter: str) -> tuple[int, int] | None:
    # A pyenv shim stands in PATH also for versions that are not switched on: only running it tells.
    try:
        done = subprocess.run(
            [interpreter, "-c", "import sys; print(*sys.version_info[:2])"],
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    parts = done.stdout.split()
    return (int(parts[0]), int(parts[1])) if done.returncode == 0 and len(parts) == 2 else None


def _uv() -> list[str]:
    """Return the command of uv, installing it beside the environments where it is missing."""
    folder = ROOT / "var" / "uv"
    python = folder / "bin" / "python"
    if not (folder / "bin" / "uv").exists():
        subprocess.run([_find_assistant_interpreter(), "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", UV], check=True)
    return [str(folder / "bin" / "uv")]
