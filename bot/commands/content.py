"""`content ...`: whether the knowledge is sound, how much of it there is, out into a file and back in."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console
from rich.progress import track

from bot.audit.log import AuditLog
from bot.clock import hanoi_date, read_clock
from bot.content.bring_in import bring_in
from bot.content.catalogue import load_catalogue
from bot.content.check import find_problems
from bot.content.exchange import FileUnreadable, read_units, write_units
from bot.content.files import ContentInvalid, read_content
from bot.content.validity import UnitState, find_validity
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.yaml_files import read_yaml
from phrasings.load import load_phrasings


def check_content(data_dir: Path, console: Console) -> int:
    """Print every problem of data/, and return how many there are."""
    today = hanoi_date(read_clock())
    try:
        content = read_content(data_dir)
        problems = list(find_problems(content, load_phrasings(data_dir), drawn=content.drawn, today=today))
    except ContentInvalid as error:
        problems = list(error.problems)
    for problem in problems:
        console.print(f"[red]✗[/red] {problem}", highlight=False)
    if not problems:
        console.print(f"Kho câu trả lời đạt: {len(content.units)} mục, {len(content.documents)} văn bản.")
    return min(len(problems), 100)


def print_stats(data_dir: Path) -> None:
    """Print the figures of the knowledge as JSON."""
    today = hanoi_date(read_clock())
    content = read_content(data_dir)
    standing = [find_validity(unit, content.parameters, day=today).state for unit in content.units.values()]
    to_verify = read_yaml(data_dir / "to-verify.yml")["to_verify"]
    print(
        json.dumps(
            {
                "procedures": len(content.procedures),
                "answer_units": len(content.units),
                "legal_documents": len(content.documents),
                "to_verify": len(to_verify),
                "expired": standing.count(UnitState.EXPIRED),
                "expiring_90_days": standing.count(UnitState.EXPIRING),
            },
            ensure_ascii=False,
        )
    )


async def export_content(settings: Settings, path: Path) -> int:
    """Write every published unit to a file. Return the exit code of the command."""
    said = Console(stderr=True)
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            catalogue = await load_catalogue(tx)
    finally:
        await database.close()
    try:
        count = write_units(path, catalogue.units.values())
    except (FileUnreadable, OSError) as error:
        said.print(f"Không ghi được {path}: {error}", highlight=False)
        return 1
    said.print(f"Đã ghi {count} câu trả lời vào {path}.", highlight=False)
    return 0


async def import_content(settings: Settings, path: Path, *, dry_run: bool, publish: bool) -> int:
    """Bring the units of a file in. Return the exit code of the command: 1 where some were refused."""
    said = Console(stderr=True)
    audit = AuditLog(open_cipher(settings))
    database = Database(settings.database_url)
    try:
        units = list(read_units(path))
        done = await bring_in(
            database,
            audit,
            track(units, description="Nhập câu trả lời", console=said, transient=True),
            actor="command line",
            now=read_clock(),
            publish=publish,
            dry_run=dry_run,
        )
    except FileUnreadable as error:
        said.print(str(error), highlight=False)
        return 2
    finally:
        await database.close()
    what = "sẽ " if dry_run else ""
    where = "đăng" if publish else "chờ duyệt"
    for problem in done.refused:
        said.print(f"[red]✗[/red] {problem}", highlight=False)
    said.print(
        f"{done.added} câu mới và {done.changed} câu sửa {what}{where}, {done.unchanged} câu không đổi, "
        f"{len(done.refused)} câu bị từ chối.",
        highlight=False,
    )
    return 1 if done.refused else 0
