"""The rules and consents as shipped, and the moments they give."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from bot.content.files import read_content
from bot.content.reminder_texts import find_placeholder_problem
from bot.domain.citation import LegalSource
from bot.reminders.describe import list_placeholders
from bot.reminders.due import choose_snooze, list_due_moments
from bot.reminders.events import CardExchange
from bot.reminders.rules import PURPOSE, ReminderRule, RulesInvalid, load_consents, load_rules
from bot.settings import DATA
from bot.yaml_files import read_yaml

EVENT = date(2027, 3, 5)
RULES = load_rules(DATA / "reminders")


def test_texts_draw_only_on_what_is_filled_in_for_their_rule() -> None:
    for rule in RULES.values():
        allowed = list_placeholders(rule)
        for text in (rule.texts.details, rule.texts.details_past):
            assert find_placeholder_problem(text, allowed) is None, rule.id
    assert list_placeholders(RULES["card-exchange"]) == ["event_on", "age", "grace_years", "title"]
    assert list_placeholders(RULES["tet-support"]) == ["event_on", "title"]


def test_sources_are_documents_we_know(project_root: Path) -> None:
    known = {
        document["name"]
        for file in (project_root / "data" / "sources").glob("*.yml")
        for document in read_yaml(file)["documents"]
    }
    for rule in RULES.values():
        assert {source.document for source in _list_sources(rule)} <= known
        assert rule.checked_on >= rule.effective_from


def test_related_answers_exist() -> None:
    units = read_content(DATA).units
    for rule in RULES.values():
        assert {related.unit for related in rule.related} <= units.keys()


def _list_sources(rule: ReminderRule) -> list[LegalSource]:
    old = rule.event.old_cards.sources if isinstance(rule.event, CardExchange) else ()
    return [*rule.sources, *old]


def test_consent_words_have_a_hash_of_their_own(project_root: Path) -> None:
    consents = load_consents(project_root / "data" / "consents")
    assert PURPOSE in consents
    for wording in consents.values():
        assert wording.sha256 == sha256(wording.text.encode()).hexdigest()
        assert wording.text.endswith("Bạn có đồng ý không?")


def test_moments_are_eight_in_hanoi_and_useful_until_the_day_ends() -> None:
    rule = RULES["card-exchange"]
    moments = list_due_moments(rule, EVENT, now=datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert [moment.due_at for moment in moments] == [
        datetime(2027, 2, 3, 1, tzinfo=UTC),
        datetime(2027, 2, 26, 1, tzinfo=UTC),
        datetime(2027, 3, 4, 1, tzinfo=UTC),
    ]
    assert {moment.useful_until for moment in moments} == {datetime(2027, 3, 5, 17, tzinfo=UTC)}
    assert moments[0].occasion == "card-exchange:2027-03-05:P30D"


def test_moments_that_passed_are_left_out() -> None:
    rule = RULES["card-exchange"]
    at_eight = datetime(2027, 2, 26, 1, tzinfo=UTC)
    assert len(list_due_moments(rule, EVENT, now=at_eight - timedelta(seconds=1))) == 2
    assert len(list_due_moments(rule, EVENT, now=at_eight)) == 1
    assert list_due_moments(rule, EVENT, now=datetime(2027, 3, 4, 1, tzinfo=UTC)) == []


def test_snooze_ends_with_the_event() -> None:
    rule = RULES["card-exchange"]
    again = choose_snooze(rule, EVENT, now=datetime(2027, 3, 2, 2, tzinfo=UTC))
    assert again is not None
    assert again.due_at == datetime(2027, 3, 5, 1, tzinfo=UTC)
    assert choose_snooze(rule, EVENT, now=datetime(2027, 3, 3, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize("body", ["rules: 1", "other: []", "rules:\n- id: x", "rules: []\nmore: []", "[]", ""])
def test_a_broken_file_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "broken.yml").write_text(body)
    with pytest.raises(RulesInvalid):
        load_rules(tmp_path)
