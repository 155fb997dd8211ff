"""`standins`: Zalo and Telegram played on this machine, with the page on which one is the citizen."""

from __future__ import annotations

from collections.abc import Mapping

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.settings import DATA, Settings
from bot.standins.phone.phone import Messenger, TelegramOnPhone, ZaloBotOnPhone, ZaloOnPhone
from bot.standins.phone.routes import list_phone_routes
from bot.standins.phone.telegram import TelegramPhone
from bot.standins.zalo.account import Account, Person, Template
from bot.standins.zalo.app import make_standin
from bot.standins.zalo.bot_api import BotChat, BotPlatform
from bot.standins.zalo.events import EventSender
from bot.yaml_files import read_yaml

NAME = "Nguyễn Thị Lan"
CONSENT_PATH = "/consent"
OA, BOT, TELEGRAM = "zalo", "zalo_bot", "telegram"


def serve_standins(settings: Settings, *, port: int, played: tuple[str, ...], webhook: str) -> None:
    """Serve until told to stop. `played`: which messengers; `webhook`: where events of the Official Account go."""
    account = Account(
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret.get_secret_value(),
        oa_secret=settings.zalo_oa_secret.get_secret_value(),
    )
    account.templates.update(make_templates(settings.zalo_templates))
    events = EventSender(account, webhook)
    bot = BotPlatform(settings.zalo_bot_token.get_secret_value(), https_only=False)
    messengers: dict[str, Messenger] = {}
    if OA in played:
        person = Person(user_id="246845883529197922", name=NAME, phone="84912000006", follows=True)
        account.people[person.user_id] = person
        messengers[OA] = ZaloOnPhone(events, person)
    if BOT in played:
        chat = BotChat("b6cab1dd83a26afc33b3", NAME)
        bot.chats[chat.chat_id] = chat
        messengers[BOT] = ZaloBotOnPhone(bot, chat)
    if TELEGRAM in played:
        token = settings.telegram_bot_token.get_secret_value()
        messengers[TELEGRAM] = TelegramOnPhone(TelegramPhone(settings.telegram_api_base, token, name=NAME))
    more: list[BaseRoute] = [_consent_route(account), *list_phone_routes(messengers)]
    # This machine only: whoever reaches it can play the citizen.
    uvicorn.run(
        make_standin(account, events, bot, more), host="127.0.0.1", port=port, log_config=None, access_log=False
    )


def make_templates(ids: Mapping[str, str]) -> dict[str, Template]:
    """Return the templates as Zalo would have approved them."""
    file = read_yaml(DATA / "zalo" / "templates.yml")["templates"]
    return {
        ids[purpose]: Template(ids[purpose], tuple(each["params"]), says=each["says"])
        for purpose, each in file.items()
        if purpose in ids
    }


def list_template_ids() -> dict[str, str]:
    """Return an id for the template of each purpose, for a Zalo that is played."""
    file = read_yaml(DATA / "zalo" / "templates.yml")["templates"]
    return {purpose: str(900_001 + number) for number, purpose in enumerate(file)}


def _consent_route(account: Account) -> Route:
    async def consent(request: Request) -> Response:
        return JSONResponse({"code": account.consent(request.query_params.get("code_challenge", ""))})

    return Route(CONSENT_PATH, consent, methods=["POST"])
