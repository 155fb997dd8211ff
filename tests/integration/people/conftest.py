"""The console as its own tests have it."""

from __future__ import annotations

from tests.integration.console.conftest import app, seeded, sleeper

__all__ = ["app", "seeded", "sleeper"]
