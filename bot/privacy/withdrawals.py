"""Withdrawn consents outlive the database: written beside the backups, and taken back again after a restore.

A file line is the mark of a chat, the moment, and for what the consent was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.privacy.lines import append_lines, read_lines
from bot.storage.consents import find_newest_number, list_withdrawn
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tombstones import make_mark

FILE = "withdrawals.txt"
LOOKS_BACK = timedelta(days=1)
"""A process that begins writes so much again: it does not know what the one before it wrote."""
_OVERLAP = 1_000
"""Lines of the ledger that are looked at again: one with a smaller number may be committed later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """One consent that was taken back. `mark`: the keyed hash of a chat of its citizen."""

    mark: bytes
    withdrawn_at: datetime
    purpose: str


class WithdrawalFile:
    """Writes what is withdrawn beside the backups."""

    def __init__(self, database: Database, folder: Path, cipher: Cipher) -> None:
        self._database = database
        self._folder = folder
        self._cipher = cipher
        self._after = 0
        self._written: set[int] = set()

    async def write_new(self, now: datetime) -> int:
        """Write what was withdrawn since the last look, and return how many lines of the ledger that were."""
        async with self._database.begin() as tx:
            newest = await find_newest_number(tx)
            found = await list_withdrawn(tx, since=now - LOOKS_BACK, after=self._after - _OVERLAP)
        new = [each for each in found if each.number not in self._written]
        if new:
            append_lines(
                self._folder / FILE,
                (
                    f"{make_mark(self._cipher, chat).hex()} {each.happened_at.isoformat()} {each.purpose}"
                    for each in new
                    for chat in each.chats
                ),
            )
        self._after = newest
        self._written = {each.number for each in found if each.number > newest - _OVERLAP}
        return len(new)


def read_withdrawals(folder: Path) -> list[Withdrawal]:
    """Return what the file says was withdrawn, nothing where there is no file.

    Raises:
        LinesUnreadable: a line that is whole cannot be read.
    """

    def read(line: str) -> Withdrawal:
        mark, moment, purpose = line.split(" ")
        return Withdrawal(mark=bytes.fromhex(mark), withdrawn_at=datetime.fromisoformat(moment), purpose=purpose)

    return read_lines(folder / FILE, read)
