"""`data-keys ...`: the keys that personal data are encrypted with: new versions, another outer key."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.clock import HANOI
from bot.commands.progress import make_progress
from bot.settings import Settings
from bot.storage.data_keys import IN_USE_AFTER, add_version, exchange_master, list_versions, open_cipher
from bot.storage.database import Database
from bot.storage.encryption import KEY_BYTES, load_data_key, parse_key
from bot.storage.reencrypt import ENCRYPTED_COLUMNS, count_by_version, reencrypt


async def print_versions(settings: Settings) -> int:
    """Print the versions and how many values stand under each. Return the exit code of the command."""
    said = Console(stderr=True)
    cipher = open_cipher(settings)
    database = Database(settings.database_url)
    counts: dict[int, int] = {}
    try:
        for column in ENCRYPTED_COLUMNS:
            for version, count in (await count_by_version(database, column)).items():
                counts[version] = counts.get(version, 0) + count
    finally:
        await database.close()
    table = Table("Phiên bản", "Dùng từ", "Số giá trị đã mã hóa", "")
    for version, in_use_from in list_versions(settings.database_url):
        mark = "đang dùng để mã hóa" if version == cipher.version else ""
        since = f"{in_use_from.astimezone(HANOI):%d/%m/%Y %H:%M}"
        table.add_row(str(version), since, str(counts.get(version, 0)), mark)
    said.print(table)
    return 0


def rotate(settings: Settings) -> int:
    """Make a new version. Return the exit code of the command."""
    version = add_version(settings.database_url, _load(settings))
    minutes = int(IN_USE_AFTER.total_seconds() // 60)
    Console(stderr=True).print(
        f"Đã tạo phiên bản {version}. Sau {minutes} phút mọi máy dùng nó để mã hóa; dữ liệu cũ vẫn đọc được. "
        "Khi đó chạy data-keys reencrypt để mã hóa lại dữ liệu cũ.",
        highlight=False,
    )
    return 0


async def reencrypt_all(settings: Settings) -> int:
    """Encrypt every old value anew. Return the exit code of the command."""
    said = Console(stderr=True)
    cipher = open_cipher(settings)
    database = Database(settings.database_url)
    done = 0
    try:
        with make_progress(said) as progress:
            for column in ENCRYPTED_COLUMNS:
                counts = await count_by_version(database, column)
                old = sum(count for version, count in counts.items() if version != cipher.version)
                task = progress.add_task(f"{column.table}.{column.column}", total=old)
                async for count in reencrypt(database, cipher, column):
                    done += count
                    progress.advance(task, count)
    finally:
        await database.close()
    said.print(f"Đã mã hóa lại {done} giá trị bằng phiên bản {cipher.version}.", highlight=False)
    return 0


def exchange(settings: Settings, new_file: Path) -> int:
    """Put every key under another outer key, made where the file is not there. Return the exit code."""
    said = Console(stderr=True)
    if not new_file.exists():
        with open(os.open(new_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)).decode())
    count = exchange_master(settings.database_url, _load(settings), parse_key(new_file.read_text()))
    said.print(
        f"Đã đổi khóa ngoài của {count} khóa trong cơ sở dữ liệu. Từ giờ chỉ khóa trong {new_file} mở được: "
        "đặt nó làm DATA_KEY (hoặc DATA_DIR/keys/data.key) rồi khởi động lại các tiến trình. "
        "Giữ khóa cũ cho đến khi bản sao lưu cuối cùng dùng nó hết hạn.",
        highlight=False,
    )
    return 0


def _load(settings: Settings) -> bytes:
    return load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False)
