"""Every command of `python -m bot`."""

from __future__ import annotations

from bot.commands.cli import channels, development, knowledge, lists, people, running, trust
from bot.commands.cli.app import app

__all__ = ["app", "channels", "development", "knowledge", "lists", "people", "running", "trust"]
