"""The rules and consents as shipped, and the moments they give."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from bot.reminders.due import choose_snooze, list_due_moments
from bot.reminders.rules import PURPOSE, RulesInvalid, load_consents, load_rules

EVENT = date(2027, 3, 5)


def test_sources_are_documents_we_know(project_root: Path) -> None:
    known = {
        document["name"]
        for file in (project_root / "data" / "sources").glob("*.yml")
        for document in yaml.safe_load(file.read_text())["documents"]
    }
    for rule in load_rules(project_root / "data" / "reminders").values():
        assert {source.document for source in (*rule.sources, *rule.old_cards.sources)} <= known
        assert rule.checked_on >= rule.effective_from


def test_related_answers_exist(project_root: Path) -> None:
    units = {
        unit["id"]
        for file in (project_root / "data" / "answers").rglob("*.yml")
        for unit in yaml.safe_load(file.read_text())["answers"]
    }
    for rule in load_rules(project_root / "data" / "reminders").values():
        assert {related.unit for related in rule.related} <= units


def test_a_lock_screen_shows_nothing_private(project_root: Path) -> None:
    for rule in load_rules(project_root / "data" / "reminders").values():
        notice = rule.texts.notice.lower()
        assert "{" not in notice
        assert not any(word in notice for word in ("thẻ", "căn cước", "tuổi", "ngày"))


def test_consent_words_have_a_hash_of_their_own(project_root: Path) -> None:
    consents = load_consents(project_root / "data" / "consents")
    assert PURPOSE in consents
    for wording in consents.values():
        assert wording.sha256 == sha256(wording.text.encode()).hexdigest()
        assert wording.text.endswith("Bạn có đồng ý không?")


def test_moments_are_eight_in_hanoi_and_useful_until_the_day_ends(project_root: Path) -> None:
    rule = load_rules(project_root / "data" / "reminders")["card-exchange"]
    moments = list_due_moments(rule, EVENT, now=datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert [moment.due_at for moment in moments] == [
        datetime(2027, 2, 3, 1, tzinfo=UTC),
        datetime(2027, 2, 26, 1, tzinfo=UTC),
        datetime(2027, 3, 4, 1, tzinfo=UTC),
    ]
    assert {moment.useful_until for moment in moments} == {datetime(2027, 3, 5, 17, tzinfo=UTC)}
    assert moments[0].occasion == "card-exchange:2027-03-05:P30D"


def test_moments_that_passed_are_left_out(project_root: Path) -> None:
    rule = load_rules(project_root / "data" / "reminders")["card-exchange"]
    at_eight = datetime(2027, 2, 26, 1, tzinfo=UTC)
    assert len(list_due_moments(rule, EVENT, now=at_eight - timedelta(seconds=1))) == 2
    assert len(list_due_moments(rule, EVENT, now=at_eight)) == 1
    assert list_due_moments(rule, EVENT, now=datetime(2027, 3, 4, 1, tzinfo=UTC)) == []


def test_snooze_ends_with_the_event(project_root: Path) -> None:
    rule = load_rules(project_root / "data" / "reminders")["card-exchange"]
    again = choose_snooze(rule, EVENT, now=datetime(2027, 3, 2, 2, tzinfo=UTC))
    assert again is not None
    assert again.due_at == datetime(2027, 3, 5, 1, tzinfo=UTC)
    assert choose_snooze(rule, EVENT, now=datetime(2027, 3, 3, 2, tzinfo=UTC)) is None


@pytest.mark.parametrize("body", ["rules: 1", "other: []", "rules:\n- id: x", "rules: []\nmore: []", "[]", ""])
def test_a_broken_file_is_refused(tmp_path: Path, body: str) -> None:
    (tmp_path / "broken.yml").write_text(body)
    with pytest.raises(RulesInvalid):
        load_rules(tmp_path)
