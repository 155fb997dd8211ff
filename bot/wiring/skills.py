"""Builds every skill."""

from __future__ import annotations

from collections.abc import Mapping

from bot.applications.calendar import load_calendar
from bot.applications.follow import PURPOSE as UPDATES
from bot.applications.lookup import ApplicationLookup
from bot.applications.sources import SourceSystems
from bot.applications.states import load_words
from bot.benefits.rulebook import load_rulebook
from bot.broadcasts.wishes import load_choices
from bot.content.live import LiveCatalogue
from bot.conversation.wording import PERSON
from bot.domain.broadcast import PURPOSE
from bot.domain.handover import PURPOSE as REPLIES
from bot.domain.question import PURPOSE as QUESTION
from bot.handover.rules import Duty
from bot.privacy.requests import DataRequests, load_deadlines
from bot.reminders.published import PublishedRules
from bot.reminders.rules import ConsentWording, load_consents, load_rules
from bot.scams.judge import ScamJudge
from bot.settings import DATA
from bot.skills.application_status.following import Following
from bot.skills.application_status.linking import PURPOSE as LINK
from bot.skills.application_status.linking import Linking
from bot.skills.application_status.skill import ApplicationStatusSkill
from bot.skills.application_status.status_page import StatusPage
from bot.skills.benefits.skill import BenefitsSkill
from bot.skills.broadcast_trial.skill import BroadcastTrialSkill
from bot.skills.card_reminder.skill import CardReminderSkill
from bot.skills.checklist.skill import PURPOSE as CHECKLISTS
from bot.skills.checklist.skill import ChecklistSkill
from bot.skills.handover.skill import HandoverSkill
from bot.skills.my_data.skill import MyDataSkill
from bot.skills.my_data.stop import StopRemindersSkill
from bot.skills.news.skill import NewsSkill
from bot.skills.offices.skill import OfficesSkill
from bot.skills.question_notice.skill import QuestionNoticeSkill
from bot.skills.reminder.skill import ReminderSkill
from bot.skills.reminder.topics import list_topics
from bot.skills.reminders.skill import RemindersSkill
from bot.skills.scam_check.skill import ScamCheckSkill
from bot.skills.skill import Skill
from bot.skills.verify.skill import VerifySkill
from bot.storage.encryption import Cipher
from bot.understanding.safety import SafetyRules
from bot.wiring.shipped import CALENDAR, CARD_RULE, SOURCES, load_checklists, load_communes, load_office_duties


def make_data_requests(cipher: Cipher) -> DataRequests:
    """Build what takes requests of citizens about their data."""
    return DataRequests(load_deadlines(DATA / "data-requests.yml"), load_calendar(CALENDAR), cipher)


def make_skills(
    cipher: Cipher, catalogue: LiveCatalogue, scams: ScamJudge, duty: Duty, *, base_url: str
) -> list[Skill]:
    """Build every skill."""
    shipped = load_rules(DATA / "reminders")
    rules = PublishedRules(shipped, lambda: catalogue.current.reminders)
    consents = load_consents(DATA / "consents")
    rulebook = load_rulebook(DATA / "benefits")
    topics = list_topics(rulebook)
    requests = make_data_requests(cipher)
    reminders = RemindersSkill(rules=rules, topics=topics, consents=consents, cipher=cipher)
    news = NewsSkill(consent=consents[PURPOSE], choices=load_choices(DATA / "news.yml"), communes=load_communes)
    return [
        make_status_skill(cipher, consents, reminders),
        BenefitsSkill(rulebook=rulebook, catalogue=lambda: catalogue.current, reminders=reminders),
        reminders,
        CardReminderSkill(rule=shipped[CARD_RULE], consents=consents, cipher=cipher),
        ReminderSkill(rules=rules, topics=topics, cipher=cipher),
        news,
        MyDataSkill(
            rules=rules,
            news=news,
            requests=requests,
            name_procedure=lambda each: load_checklists().name_of(each),
            cipher=cipher,
            base_url=base_url,
        ),
        StopRemindersSkill(requests, cipher),
        QuestionNoticeSkill(consents[QUESTION]),
        HandoverSkill(consent=consents[REPLIES], duty=duty, nowhere=PERSON, cipher=cipher),
        BroadcastTrialSkill(communes=load_communes, cipher=cipher),
        VerifySkill(),
        ChecklistSkill(
            checklists=load_checklists,
            consent=consents[CHECKLISTS],
            catalogue=lambda: catalogue.current,
            base_url=base_url,
        ),
        OfficesSkill(duties=load_office_duties(), communes=load_communes, catalogue=lambda: catalogue.current),
        ScamCheckSkill(judge=scams, safety=SafetyRules.load(DATA / "safety"), catalogue=lambda: catalogue.current),
    ]


def make_status_skill(
    cipher: Cipher, consents: Mapping[str, ConsentWording], reminders: RemindersSkill
) -> ApplicationStatusSkill:
    """Build the skill that looks applications up and follows them."""
    lookup = ApplicationLookup(cipher)
    page = StatusPage(
        words=load_words(DATA / "applications" / "states.yml"),
        sources=SourceSystems.load(SOURCES),
        calendar=load_calendar(CALENDAR),
        cipher=cipher,
    )
    return ApplicationStatusSkill(
        lookup=lookup,
        page=page,
        following=Following(consent=consents[UPDATES], cipher=cipher),
        linking=Linking(lookup=lookup, page=page, consent=consents[LINK], cipher=cipher),
        reminders=reminders,
        cipher=cipher,
    )
