"""`privacy dossier`: the impact-assessment dossier, made from the inventory of personal data."""

from __future__ import annotations

from rich.console import Console

from bot.privacy.dossier import DOSSIER, render_dossier
from bot.privacy.inventory import INVENTORY, find_gaps, load_inventory
from bot.settings import PROJECT_ROOT


def write_dossier() -> int:
    """Write the dossier where nothing is missing in the inventory. Return the exit code of the command."""
    said = Console(stderr=True)
    inventory = load_inventory(INVENTORY)
    if gaps := find_gaps(inventory):
        for gap in gaps:
            said.print(f"[red]✗[/red] {gap}", highlight=False)
        return 1
    (PROJECT_ROOT / DOSSIER).write_text(render_dossier(inventory))
    said.print(f"Đã ghi {DOSSIER}.", highlight=False)
    return 0
