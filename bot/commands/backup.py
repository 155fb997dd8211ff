"""`backup` and `restore`: everything in the database into one sealed file, and back into an empty one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.commands.prepare import prepare_database
from bot.privacy.lines import LinesUnreadable
from bot.privacy.tombstones import delete_again, read_tombstones
from bot.privacy.withdrawals import Withdrawal, read_withdrawals
from bot.settings import Settings
from bot.skills.my_data.withdrawal import withdraw_again
from bot.storage.backup import BackupDamaged, BackupFailed, check_backup, restore_backup, write_backup
from bot.storage.consents import list_withdrawn
from bot.storage.data_keys import read_keys
from bot.storage.database import Database, plain_url
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.encryption import Cipher, load_data_key
from bot.storage.migrate import migrate
from bot.storage.tombstones import Tombstone, list_tombstones, make_mark


def back_up(settings: Settings, console: Console, file: Path) -> int:
    """Write a backup. Return the exit code of the command."""
    ground = prepare_database(settings)
    try:
        key = load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False)
        size = write_backup(ground.settings.owner_url, file, key)
        check_backup(file, key)
    except BackupFailed as failed:
        console.print(f"Chưa sao lưu được: {failed}")
        return 1
    finally:
        ground.close()
    console.print(
        f"Đã sao lưu vào {file} ({size / 1e6:.1f} MB), đã đọc lại và khớp. Tệp chỉ mở được bằng khóa dữ liệu "
        "(DATA_KEY): cất khóa ở nơi khác, mất khóa là mất bản sao lưu."
    )
    return 0


def restore(settings: Settings, console: Console, file: Path) -> int:
    """Write a backup into the database of the settings, which must be empty. Return the exit code."""
    server = None
    if not settings.database_url.get_secret_value():
        server = EmbeddedServer(settings.data_dir / "postgres")
        server.apply_settings()
        server.create_roles()
        server.create_database()
    try:
        url = server.owner_url() if server is not None else settings.owner_url
        with psycopg.connect(plain_url(url)) as connection:
            query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            row = connection.execute(query).fetchone()
        if row is not None and row[0]:
            console.print("Cơ sở dữ liệu này đã có dữ liệu. Chỉ khôi phục vào một cơ sở dữ liệu trống.")
            return 1
        own = settings.database_url.get_secret_value()
        done_again = bring_back(settings, url, file, role=make_url(own).username if own else ROLE)
    except (BackupDamaged, BackupFailed, LinesUnreadable) as failed:
        console.print(f"Chưa khôi phục được, chưa ghi gì. {say_why(failed)}")
        return 1
    finally:
        if server is not None:
            server.stop()
    if not settings.replaced_database_url.get_secret_value():
        console.print(
            "Chưa đọc cơ sở dữ liệu bị thay (REPLACED_DATABASE_URL): ai xóa, rút đồng ý 5 giây cuối có thể còn."
        )
    console.print(
        f"Đã xóa lại dữ liệu của {done_again.chats} cuộc trò chuyện mà người dân đã xóa sau lúc sao lưu."
    )
    console.print(f"Đã rút lại {done_again.consents} đồng ý mà người dân đã rút sau lúc sao lưu.")
    console.print("Đã khôi phục. Chạy lại các tiến trình rồi mở /readyz để kiểm tra.")
    return 0


def say_why(failed: BackupDamaged | BackupFailed | LinesUnreadable) -> str:
    """Return why a backup was not brought back, and what to do."""
    match failed:
        case BackupDamaged():
            return "Tệp sao lưu hỏng, thiếu, hoặc được khóa bằng khóa khác. Thử tệp sao lưu trước đó."
        case LinesUnreadable():
            return f"Không đọc được danh sách đã xóa, đã rút, dòng {failed}. Chép lại tệp này từ nơi cất bản sao."
        case BackupFailed():
            return f"PostgreSQL báo: {failed}"


@dataclass(frozen=True, slots=True)
class DoneAgain:
    """What citizens wanted after a backup was made and was done again: chats deleted, consents taken back."""

    chats: int
    consents: int


def bring_back(settings: Settings, url: SecretStr, file: Path, *, role: str | None) -> DoneAgain:
    """Write a backup into the empty database at `url`, bring it to today's schema, and do again what was wanted.

    `role`: the database role of the service. Nothing is written where the file or a list of wishes is unreadable.

    Raises:
        BackupDamaged, BackupFailed: of bot/storage/backup.py.
        LinesUnreadable: the list of what was deleted or withdrawn.
    """
    wishes = _Wishes(read_tombstones(settings.tombstones_dir), read_withdrawals(settings.tombstones_dir))
    restore_backup(url, file, load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False))
    migrate(url, role=role)
    return asyncio.run(_do_again(settings, url, wishes))


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What citizens wanted after a backup was made."""

    deletions: list[Tombstone]
    withdrawals: list[Withdrawal]


async def _do_again(settings: Settings, url: SecretStr, wishes: _Wishes) -> DoneAgain:
    """Delete and take back what the files or the replaced database say."""
    master = load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False)
    cipher = Cipher.of(read_keys(url, master))
    if settings.replaced_database_url.get_secret_value():
        replaced = Database(settings.replaced_database_url)
        try:
            async with replaced.begin() as tx:
                wishes.deletions.extend(await list_tombstones(tx))
                wishes.withdrawals.extend(
                    Withdrawal(mark=make_mark(cipher, chat), withdrawn_at=each.happened_at, purpose=each.purpose)
                    for each in await list_withdrawn(tx, since=datetime.min.replace(tzinfo=UTC))
                    for chat in each.chats
                )
        finally:
            await replaced.close()
    database = Database(url)
    try:
        async with database.begin() as tx:
            await tx.execute(text("SET LOCAL statement_timeout = 0"))
            gone = await delete_again(tx, wishes.deletions, cipher)
            return DoneAgain(chats=gone, consents=await withdraw_again(tx, wishes.withdrawals, cipher))
    finally:
        await database.close()
