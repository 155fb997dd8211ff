"""Nothing is held on people that the inventory does not name, and the dossier says what the inventory says."""

from __future__ import annotations

from pathlib import Path

from bot.privacy.dossier import DOSSIER, render_dossier
from bot.privacy.inventory import INVENTORY, TableEntry, find_gaps, load_inventory


def test_every_column_is_in_the_inventory() -> None:
    assert find_gaps(load_inventory(INVENTORY)) == []


def test_the_dossier_is_made_from_the_inventory_of_today(project_root: Path) -> None:
    written = (project_root / DOSSIER).read_text()
    assert written == render_dossier(load_inventory(INVENTORY)), "run: python3 -m bot privacy dossier"


def test_a_new_column_or_table_is_missed() -> None:
    entries = [entry for entry in load_inventory(INVENTORY) if entry.table != "citizens"]
    contacts = next(entry for entry in entries if entry.table == "contacts")
    entries[entries.index(contacts)] = TableEntry(
        **{**contacts.model_dump(), "personal": {"chat": "x"}, "plain": ("id", "id", "nothing")}
    )
    gaps = find_gaps(tuple(entries))
    assert "citizens: add the table to data/privacy/inventory.yml" in gaps
    assert "contacts.seen_at: add it as personal or plain" in gaps
    assert "contacts.nothing: no such column" in gaps
    assert "contacts.id: listed twice" in gaps
