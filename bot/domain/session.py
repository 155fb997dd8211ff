"""What a conversation remembers between two messages, and for how long."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

FORM_LIVES = timedelta(minutes=30)
"""An unfinished form is forgotten after this long, with everything typed into it."""


class Form(BaseModel):
    """A question-and-answer in progress, owned by one skill."""

    model_config = ConfigDict(extra="forbid")

    skill: str
    step: str
    filled: dict[str, str] = Field(default_factory=dict)
    expires_at: datetime
    takes_text: bool = False
    """The open step waits for words of any length, for example the name of a place."""
    can_be_resumed: bool = False
    """Laid aside, not forgotten, when the citizen begins something else."""


class Session(BaseModel):
    """The memory of one conversation. Skills change it in place; the turn saves it."""

    model_config = ConfigDict(extra="ignore")

    form: Form | None = None
    paused: Form | None = None
    """A form that was left and can be gone on with, or whose result can still be looked at."""
    topic: str | None = None
    """The topic of the last answer, for a follow-up such as "còn lệ phí?"."""
    last_unit: str | None = None
    unclear_in_a_row: int = 0
    last_question: str | None = None
    """What was asked last, masked; for who says that the answer was not what they meant."""
    subject: str | None = None
    """What the conversation is about, in words, masked: a short reply such as "cho con" is joined with it."""
    last_question_id: int | None = None
    """Its number in the question queue, where it went there."""
    handover_id: UUID | None = None
    """The handover that what is typed here goes to, while it is open."""
    told_passed_on: bool = False
    """Whether it was said that staff read what is typed; once is enough."""
    disliked: int = 0
    """How often it was said here that an answer was not what was meant, since a person was offered."""
    banner_seen: str | None = None
    """The last banner that was said here."""

    counted_on: date | None = None
    """The last day on which this conversation was counted as one."""

    def open_form(self, skill: str, step: str, *, now: datetime, **filled: str) -> None:
        """Begin a form, or go to its next step, keeping what was filled in before."""
        kept = self.form.filled if self.form is not None and self.form.skill == skill else {}
        self.form = Form(skill=skill, step=step, filled={**kept, **filled}, expires_at=now + FORM_LIVES)

    def leave_form(self) -> None:
        """End the open form because something else begins; one that can be resumed is laid aside."""
        if self.form is not None and self.form.can_be_resumed:
            self.paused = self.form
        self.form = None

    def close_form(self) -> None:
        """End the form and forget what was typed into it."""
        self.form = None

    def leave_subject(self) -> None:
        """Forget what was spoken of: what is said next does not go on from it."""
        self.topic = self.last_unit = self.subject = None

    def forget_expired(self, *, now: datetime) -> None:
        """Forget the forms whose time is over."""
        if self.form is not None and self.form.expires_at <= now:
            self.form = None
        if self.paused is not None and self.paused.expires_at <= now:
            self.paused = None
