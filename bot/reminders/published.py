"""Reminder rules with the words that staff published last: what is shipped in data/ decides all the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.content.schema import ReminderTexts
from bot.reminders.rules import ReminderRule, RuleTexts


class PublishedRules(Mapping[str, ReminderRule]):
    """The shipped rules, each as it reads now."""

    def __init__(
        self, shipped: Mapping[str, ReminderRule], texts: Callable[[], Mapping[str, ReminderTexts]]
    ) -> None:
        """Take the rules of data/, and what returns the texts that hold now."""
        self._shipped = shipped
        self._texts = texts

    def __getitem__(self, rule_id: str) -> ReminderRule:
        return word_rule(self._shipped[rule_id], self._texts().get(rule_id))

    def __iter__(self) -> Iterator[str]:
        return iter(self._shipped)

    def __len__(self) -> int:
        return len(self._shipped)


def word_rule(rule: ReminderRule, texts: ReminderTexts | None) -> ReminderRule:
    """Return a rule with other texts; as it is where there are none."""
    if texts is None:
        return rule
    words = RuleTexts(details=texts.details, details_past=texts.details_past)
    return rule.model_copy(update={"texts": words})
