"""`audit verify`: whether the audit log is as it was written."""

from __future__ import annotations

from rich.console import Console

from bot.audit.log import AuditLog
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database


async def verify_audit(settings: Settings, *, known_head: str) -> int:
    """Check every event of the log; print what was found. Return the exit code: 1 where it is not whole."""
    said = Console(stderr=True)
    audit = AuditLog(open_cipher(settings))
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            report = await audit.verify(tx, known_head=known_head)
    finally:
        await database.close()
    if report.is_whole:
        said.print(f"Nhật ký đủ và nguyên vẹn: {report.events} dòng. Dòng cuối, để đối chiếu:", highlight=False)
        print(report.head)
        return 0
    said.print("[red]Nhật ký không còn nguyên vẹn.[/red]", highlight=False)
    if report.tampered:
        said.print(f"Dòng bị sửa: {', '.join(map(str, report.tampered))}", highlight=False)
    if report.missing:
        said.print(f"Dòng bị mất: {', '.join(map(str, report.missing))}", highlight=False)
    return 1
