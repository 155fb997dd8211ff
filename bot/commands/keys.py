"""`keys create` and `keys revoke`: bearer keys of other systems."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console

from bot.clock import read_clock
from bot.domain.api_key import ApiScope, hash_key, make_key
from bot.settings import Settings
from bot.storage.api_keys import KeyNameTaken, record_key, revoke_key
from bot.storage.database import Database

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


async def create_key(settings: Settings, *, name: str, scopes: Sequence[str], source: str | None) -> int:
    """Make a key and print it, once. Return the exit code of the command."""
    said = Console(stderr=True)
    unknown = [scope for scope in scopes if scope not in list(ApiScope)]
    if unknown:
        said.print(f"Không có quyền “{unknown[0]}”. Chọn: {', '.join(ApiScope)}.", highlight=False)
        return 2
    if not _NAME.fullmatch(name) or not _NAME.fullmatch(source or name):
        said.print("Tên chỉ gồm chữ không dấu, số, dấu chấm và gạch nối, dài tối đa 63.", highlight=False)
        return 2
    key = make_key()
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            await record_key(
                tx,
                name=name,
                source=source or name,
                scopes=[ApiScope(scope) for scope in scopes],
                key_sha256=hash_key(key),
                now=read_clock(),
            )
    except KeyNameTaken:
        said.print(f"Đã có khóa tên {name}. Chọn tên khác, hoặc thu hồi khóa cũ trước.", highlight=False)
        return 1
    finally:
        await database.close()
    said.print(f"Đã tạo khóa {name}, ghi cho nguồn {source or name}. Khóa chỉ hiện một lần:", highlight=False)
    print(key)
    return 0


async def end_key(settings: Settings, *, name: str) -> int:
    """Revoke a key. Return the exit code of the command."""
    said = Console(stderr=True)
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            ended = await revoke_key(tx, name, now=read_clock())
    finally:
        await database.close()
    said.print(
        f"Đã thu hồi khóa {name}." if ended else f"Không có khóa nào đang dùng tên {name}.", highlight=False
    )
    return 0 if ended else 1
