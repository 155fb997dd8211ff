"""What no code here does: write values into SQL, or open an address that somebody gave."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

NAMES_OF_OUR_OWN = {
    "bot/storage/reencrypt.py",
    "bot/storage/staging.py",
    "bot/storage/roles.py",
    "bot/storage/listen.py",
}
"""SQL made from the names of our own tables, columns and roles, which cannot be bound; never from values."""
CLIENTS = {
    "bot/lean_http.py",
    "bot/channels/telegram/fast_request.py",
    "bot/channels/zalo/client.py",
    "bot/channels/zalo_bot/client.py",
    "bot/understanding/rasa.py",
    "bot/understanding_process.py",
    "bot/evaluation/model_trainer.py",
    "bot/commands/played.py",
    "bot/commands/run.py",
}
"""Each speaks with one service whose address stands in the settings."""
NETWORK = {
    "httpx",
    "requests",
    "aiohttp",
    "urllib3",
    "urllib.request",
    "http.client",
    "httptools",
    "bot.lean_http",
}


def walk_modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((root / "bot").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if not name.startswith(("bot/storage/migrations/", "bot/standins/")):
            yield name, ast.parse(path.read_text())


def find_values_in_sql(tree: ast.Module) -> list[str]:
    """Return calls that make SQL of anything but constants in capitals."""
    found = []
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        given = call.args[0]
        if called not in {"text", "execute", "exec_driver_sql"}:
            continue
        pieces = given.values if isinstance(given, ast.JoinedStr) else []
        parts = [each for each in pieces if isinstance(each, ast.FormattedValue)]
        constant = all(isinstance(each.value, ast.Name) and each.value.id.isupper() for each in parts)
        joined = isinstance(given, ast.BinOp) or (called == "text" and isinstance(given, ast.Name | ast.Call))
        if joined or not constant:
            found.append(ast.unparse(call))
    return found


def test_no_value_is_written_into_sql(project_root: Path) -> None:
    """T16: SQL in what is typed."""
    found = {name: calls for name, tree in walk_modules(project_root) if (calls := find_values_in_sql(tree))}
    assert set(found) <= NAMES_OF_OUR_OWN, found


def test_a_value_in_sql_is_found() -> None:
    for planted in ('text(f"SELECT {name}")', 'tx.execute("SELECT " + name)', 'text("SELECT %s" % name)'):
        assert find_values_in_sql(ast.parse(planted)), planted


def test_only_clients_of_fixed_services_talk_to_the_network(project_root: Path) -> None:
    """T19: addresses that make us fetch."""
    talking = set()
    for name, tree in walk_modules(project_root):
        for each in ast.walk(tree):
            if isinstance(each, ast.Import):
                imported = {alias.name for alias in each.names}
            elif isinstance(each, ast.ImportFrom):
                imported = {each.module or ""}
            else:
                continue
            if imported & NETWORK:
                talking.add(name)
    assert talking == CLIENTS
