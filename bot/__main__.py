"""`python -m bot <command>`: makes its environment first where needed, then runs the command."""

from __future__ import annotations

import sys

from bot.environments import PythonMissing, enter_assistant_environment

NEEDS_DEVELOPMENT = frozenset({"test", "check", "bench", "evaluate", "fuzz", "supply"})


def main() -> None:
    """Run the command line."""
    try:
        enter_assistant_environment(development=bool(NEEDS_DEVELOPMENT.intersection(sys.argv[1:2])))
    except PythonMissing as error:
        sys.exit(str(error))
    from bot.commands.cli import app
    from bot.storage.encryption import KeyUnusable

    try:
        app()
    except KeyUnusable as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
