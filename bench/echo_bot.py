"""A bare python-telegram-bot echo bot behind a webhook, as its own examples build one."""

from __future__ import annotations

import asyncio
import secrets
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Send back what came."""
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


async def main(port: int, api: str, secret: str) -> None:
    """Serve until ended."""
    application: Application = (
        ApplicationBuilder().token("6:BENCH").base_url(f"{api}/bot").updater(None).concurrent_updates(64).build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))

    async def hook(request: Request) -> Response:
        if not secrets.compare_digest(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), secret):
            return Response(status_code=403)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return Response()

    async def healthz(_: Request) -> Response:
        return Response("ok")

    web = Starlette(routes=[Route("/telegram/webhook", hook, methods=["POST"]), Route("/healthz", healthz)])
    async with application:
        await application.start()
        await uvicorn.Server(
            uvicorn.Config(web, host="127.0.0.1", port=port, log_level="warning", access_log=False)
        ).serve()
        await application.stop()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
