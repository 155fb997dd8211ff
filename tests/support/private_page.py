"""Opens the page behind a one-time link, as a browser does."""

from __future__ import annotations

import re

import httpx
from fastapi import FastAPI

from bot.channels.web.private_page import make_private_page_router
from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.encryption import Cipher

BASE = "https://troly.example"
_PATH = re.compile(r"/xem-rieng/[\w-]{43}")


def find_path(text: str) -> str:
    """Return the path of the link in a text."""
    found = _PATH.search(text)
    assert found is not None, f"no link in {text!r}"
    return found.group()


def find_number(page: str, title: str) -> str:
    """Return under which number a page lists something."""
    found = re.search(rf"<strong>(\d+)\.</strong> <strong>{title}</strong>", page)
    assert found is not None, f"no {title!r}"
    return found.group(1)


def open_browser(database: Database, cipher: Cipher, clock: Clock) -> httpx.AsyncClient:
    """Return a browser that can reach the page."""
    app = FastAPI()
    app.include_router(make_private_page_router(database=database, cipher=cipher, clock=clock, base_url=BASE))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE)


async def read_page(database: Database, cipher: Cipher, clock: Clock, text: str) -> str:
    """Press the button behind the link in a text, and return the page."""
    async with open_browser(database, cipher, clock) as browser:
        opened = await browser.post(find_path(text))
    assert opened.status_code == 200
    return opened.text
