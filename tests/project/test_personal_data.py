"""Nothing is held on people that the inventory does not name, and the dossier says what the inventory says."""

from __future__ import annotations

import re
from pathlib import Path

from bot.applications.follow import VERIFIED_FOR
from bot.applications.lookup import FAILURES_KEPT
from bot.privacy.dossier import DOSSIER, render_dossier
from bot.privacy.inventory import INVENTORY, TableEntry, find_gaps, load_inventory
from bot.privacy.retention import KEPT, describe_time
from bot.wiring import load_duty


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


def test_the_inventory_tells_the_times_that_the_timetable_works_by() -> None:
    entries = {entry.table: entry for entry in load_inventory(INVENTORY)}
    kept = {
        **KEPT,
        "person_links": (VERIFIED_FOR,),
        "lookup_failures": (FAILURES_KEPT,),
        "handovers": (load_duty().rules.kept_for,),
        "handover_messages": (load_duty().rules.kept_for,),
    }
    for table, times in kept.items():
        for time in times:
            said = entries[table].kept.lower()
            assert re.search(rf"(?<!\d){describe_time(time)}", said), f"{table}: {said}"
    told = {name for name, entry in entries.items() if re.search(r"\d|một năm", entry.kept.lower())}
    assert told - kept.keys() == {"reminder_subscriptions"}, "a time that nothing works by; finished ones: rules"
