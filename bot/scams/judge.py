"""One judgement of what a citizen passed on: official by the list, signs of a scam, or nothing known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.content.figures import find_value
from bot.content.schema import Parameter, Source
from bot.scams.knowledge import ScamKnowledge
from bot.scams.links import Link, find_links, strip_links
from vietnamese.normalise import fold, normalise, tokens

_PHONE = re.compile(r"(?<![\d.,-])(?:\+?84|0)(?:[ .-]?\d){8,10}(?![\d])|(?<!\d)1[89]00(?:[ .-]?\d){4,6}(?!\d)")
_ACCOUNT = re.compile(r"\b(?:stk|so tk|so tai khoan|tai khoan|tk)\b\D{0,20}(\d(?:[ .-]?\d){5,18})(?!\d)")
_SHORT = re.compile(r"(?<![\d.,/-])\d{3,4}(?![\d.,/-])")
_WISHES = ("kiem", "check", "xem", "coi", "xac")
"""First words of a wish: kiểm tra, xem giùm, xác minh."""
_LONGEST_WISH = 9
_WORDS_BESIDE = 5
"""What holds a link or a number and at most this many words is a question about it: "số này của ai"."""


class Verdict(StrEnum):
    """What can be said of it. There is no "safe": nobody can know that."""

    OFFICIAL = "official"
    """All that stands in it is on the list of the state's sites and numbers."""
    SUSPICIOUS = "suspicious"
    """It shows at least one sign of a scam."""
    UNKNOWN = "unknown"
    """No sign was seen, which proves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdict with its reasons. `official`: "name (address or number)" of each that is on the list."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    official: tuple[str, ...] = ()
    has_account: bool = False
    has_phone: bool = False
    has_state_ending: bool = False


class ScamJudge:
    """Judges texts. It keeps nothing."""

    def __init__(self, knowledge: ScamKnowledge) -> None:
        self.knowledge = knowledge

    def judge(
        self, text: str, parameters: Mapping[str, Parameter], *, day: date, is_known_scam: bool = False
    ) -> Judgement:
        """Return what can be said of a text. `is_known_scam`: the safety rules know it already."""
        folded = fold(normalise(text))
        known = [each for each in self.knowledge.signs if each.is_in(folded)]
        links = self._find_links(text)
        reasons = [each.say for each in known]
        reasons += [sign for link in links for sign in link.signs]
        if is_known_scam and not reasons:
            reasons.append("giống cách kẻ gian mạo danh cơ quan nhà nước, ngân hàng")
        numbers = self._list_official_numbers(parameters, day)
        phones = [*find_phones(text), *(each for each in _SHORT.findall(text) if each in numbers)]
        official = [f"{link.official} ({link.host})" for link in links if link.official]
        official += [f"{numbers[each]} ({each})" for each in phones if each in numbers]
        accounts = _ACCOUNT.findall(folded)
        is_official = len(official) == len(links) + len(phones) > 0 and not accounts
        calm = Verdict.OFFICIAL if is_official else Verdict.UNKNOWN
        return Judgement(
            verdict=Verdict.SUSPICIOUS if reasons else calm,
            reasons=tuple(dict.fromkeys(reasons)),
            sources=tuple(dict.fromkeys(each.source for each in known)),
            official=tuple(dict.fromkeys(official)),
            has_account=bool(accounts),
            has_phone=any(each not in numbers for each in phones),
            has_state_ending=any(link.has_state_ending and not link.official for link in links),
        )

    def has_subject(self, text: str) -> bool:
        """Tell whether a link, a telephone number or a bank account stands in a text."""
        folded = fold(normalise(text))
        return bool(self._find_links(text) or find_phones(text) or _ACCOUNT.search(folded))

    def is_wish(self, text: str) -> bool:
        """Tell whether a text only asks for the check: "kiểm tra lừa đảo giúp tôi"."""
        words = tokens(fold(normalise(text)))
        return len(words) <= _LONGEST_WISH and words[:1] != [] and words[0] in _WISHES

    def is_asked_of(self, text: str) -> bool:
        """Tell whether a text that nobody asked for is one to judge: a link off the list, or a lone number.

        A question that names an official site is a question like any other.
        """
        links = self._find_links(text)
        if any(link.official is None for link in links):
            return True
        beside = tokens(re.sub(r"\d", " ", strip_links(fold(normalise(text)))))
        return self.has_subject(text) and len(beside) <= _WORDS_BESIDE

    def _find_links(self, text: str) -> tuple[Link, ...]:
        return find_links(text, official=self.knowledge.official, known=self.knowledge.links)

    def _list_official_numbers(self, parameters: Mapping[str, Parameter], day: date) -> dict[str, str]:
        numbers = {}
        for phone in self.knowledge.official.phones:
            parameter = parameters.get(phone.parameter)
            value = find_value(parameter, day) if parameter is not None else None
            if value is not None:
                numbers[re.sub(r"\D", "", str(value.value))] = phone.name
        return numbers


def find_phones(text: str) -> tuple[str, ...]:
    """Return the telephone numbers of a text as they are dialled within the country: 0912345678, 19000368."""
    found = (re.sub(r"\D", "", each) for each in _PHONE.findall(strip_links(text)))
    dialled = (f"0{each[2:]}" if each.startswith("84") and len(each) > 10 else each for each in found)
    return tuple(dict.fromkeys(dialled))
