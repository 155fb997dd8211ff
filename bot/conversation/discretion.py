"""What may be said where: a private answer stays short and masked where messages are kept abroad.

The whole of it waits behind a link to a page of ours, for one browser and ten minutes. One place does this for all
answers, so a skill that forgets to say something discreet tells too little, never too much.
"""

from __future__ import annotations

import json
from dataclasses import replace

from bot.conversation import wording
from bot.domain.answers import Answer, Discreet, Link
from bot.domain.citation import render_citation
from bot.skills.skill import SkillTurn
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import make_page

PAGE = "/xem-rieng"


async def keep_discreet(answer: Answer, turn: SkillTurn, *, cipher: Cipher, base_url: str) -> Answer:
    """Return the answer as it may be said on this messenger; what is left out is put behind a link."""
    if not answer.private or answer.may_be_said_abroad or not turn.message.address.channel.keeps_messages_abroad:
        return answer
    discreet = answer.discreet or Discreet(text=wording.PRIVATE_ABROAD)
    said = json.dumps(
        {
            "text": answer.text if discreet.page is None else discreet.page,
            "citation": render_citation(answer),
        },
        ensure_ascii=False,
    )
    token = await make_page(turn.tx, turn.message.address, said, cipher=cipher, now=turn.now)
    url = f"{base_url}{PAGE}/{token}"
    # Telegram takes only https under a button: on a machine to try things on, the address stands in the text.
    can_be_pressed = url.startswith("https://")
    return replace(
        answer,
        text=discreet.text if can_be_pressed else f"{discreet.text}\n\n{wording.PRIVATE_PAGE}: {url}",
        buttons=discreet.buttons,
        links=(Link(title=wording.PRIVATE_PAGE, url=url),) if can_be_pressed else (),
        sources=(),
        checked_on=None,
        discreet=None,
    )
