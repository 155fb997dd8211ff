"""The command line itself, and where its words go."""

from __future__ import annotations

import typer
from rich.console import Console

app = typer.Typer(
    help="Trợ lý 06: trợ lý dịch vụ công cho người dân.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold personal data
    rich_markup_mode="rich",
)


def make_console() -> Console:
    # Standard output belongs to answers; everything said about the work goes to standard error.
    return Console(stderr=True)
