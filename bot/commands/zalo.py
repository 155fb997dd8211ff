"""Connecting to a Zalo Official Account: the first pair of tokens, and how the pair of now is."""

from __future__ import annotations

import base64
import secrets
from hashlib import sha256

from rich.console import Console

from bot.channels.zalo.client import TokenRefused
from bot.clock import HANOI
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.settings import Settings
from bot.wiring import open_zalo_account

_OFF = "Zalo đang tắt. Đặt ZALO_APP_ID, ZALO_APP_SECRET và ZALO_OA_SECRET rồi chạy lại."


def make_pkce() -> tuple[str, str]:
    """Return a verifier and its challenge as Zalo wants them: 43 characters, SHA-256, base64url unpadded."""
    verifier = secrets.token_urlsafe(32)
    return verifier, base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def print_pkce(console: Console) -> None:
    """Print a verifier and its challenge."""
    verifier, challenge = make_pkce()
    console.print(f"Code challenge (dán vào trang Zalo Developers): [b]{challenge}[/b]")
    console.print(f"Verifier (giữ lại cho lệnh zalo connect):         [b]{verifier}[/b]")


async def connect(settings: Settings, console: Console, *, code: str, verifier: str) -> int:
    """Enter the first pair of tokens. Return the exit code of the command."""
    async with open_zalo_account(settings) as zalo:
        if zalo is None:
            console.print(_OFF)
            return 1
        try:
            pair = await zalo.tokens.connect(code.strip(), verifier=verifier.strip())
        except TokenRefused as refused:
            console.print(
                f"Zalo không nhận mã ({refused}). Mã dùng được một lần, trong 10 phút: xin quyền lại để có mã mới."
            )
            return 1
        except DeliveryDelayed:
            console.print(f"Không tới được Zalo ở {settings.zalo_oauth_base}. Thử lại sau ít phút.")
            return 1
    console.print(
        f"Đã nối. Token tới {pair.expires_at.astimezone(HANOI):%H:%M ngày %d/%m/%Y}, sẽ tự đổi trước đó."
    )
    return 0


async def show_status(settings: Settings, console: Console) -> int:
    """Print until when the token lives. Return the exit code of the command."""
    async with open_zalo_account(settings) as zalo:
        if zalo is None:
            console.print(_OFF)
            return 1
        try:
            pair = await zalo.tokens.get_pair()
        except ChannelUnauthorised:
            console.print("Chưa có token dùng được. Chạy: python -m bot zalo link, rồi zalo connect.")
            return 1
        except DeliveryDelayed:
            console.print("Không tới được Zalo hoặc cơ sở dữ liệu. Thử lại sau ít phút.")
            return 1
    console.print(f"Token thứ {pair.version}, tới {pair.expires_at.astimezone(HANOI):%H:%M ngày %d/%m/%Y}.")
    return 0
