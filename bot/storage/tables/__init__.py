"""Every table of the assistant, in one picture.

Personal data stands only where a column says so; what identifies a person by itself (ID number, birth date) is
encrypted (bot/storage/encryption.py) and found again through a keyed blind index.
"""

from __future__ import annotations

from bot.storage.tables.applications import (
    ApplicationEventRow,
    ApplicationFollowRow,
    ApplicationNoticeRow,
    ApplicationRow,
    LookupFailureHourRow,
    LookupFailureRow,
    PersonLinkRow,
)
from bot.storage.tables.broadcasts import BroadcastRow, NewsSubscriptionRow
from bot.storage.tables.checklists import ChecklistRow
from bot.storage.tables.citizens import (
    CitizenRow,
    ConsentEventRow,
    ContactRow,
    ReminderRow,
    ReminderSubscriptionRow,
)
from bot.storage.tables.content import (
    AnswerUnitRow,
    ContentDraftRow,
    ContentRevisionRow,
    ContentRow,
    ContentSeedRow,
    ContentTaskRow,
    LegalDocumentRow,
    ParameterRow,
    PhrasingSetRow,
    ReminderTextsRow,
    SwitchesRow,
    TrainingRow,
)
from bot.storage.tables.conversations import ConversationRow, InboundUpdateRow
from bot.storage.tables.data_requests import DataRequestRow
from bot.storage.tables.deliveries import DeliveryRow, WebMessageRow
from bot.storage.tables.gateways import ApiKeyRow, BeneficiaryReviewRow, BeneficiaryRow, SyncRunRow
from bot.storage.tables.handovers import (
    CannedReplyRow,
    HandoverMessageRow,
    HandoverRow,
    HandoverTotalRow,
    StaffFileRow,
)
from bot.storage.tables.keys import DataKeyRow
from bot.storage.tables.lanes import LaneRow
from bot.storage.tables.offices import OfficeRow
from bot.storage.tables.one_time_links import OneTimeLinkRow, PrivatePageRow
from bot.storage.tables.questions import QuestionAskerRow, QuestionGroupRow, QuestionRow, StaffPhrasingRow
from bot.storage.tables.rehearsals import RehearsalRow
from bot.storage.tables.staff import (
    AuditEventRow,
    LoginFailureRow,
    StaffRecoveryCodeRow,
    StaffRow,
    StaffSessionRow,
)
from bot.storage.tables.statistics import (
    CountedUntilRow,
    DailyAnswerTimeRow,
    DailyCountRow,
    DailyDeliveryCountRow,
    HeartbeatRow,
)
from bot.storage.tables.table import Table
from bot.storage.tables.tombstones import TombstoneRow
from bot.storage.tables.zalo import ZaloBellRow, ZaloPersonRow, ZaloPhoneRow, ZaloTokenRow

__all__ = [
    "AnswerUnitRow",
    "ApiKeyRow",
    "ApplicationEventRow",
    "ApplicationFollowRow",
    "ApplicationNoticeRow",
    "ApplicationRow",
    "AuditEventRow",
    "BeneficiaryReviewRow",
    "BeneficiaryRow",
    "BroadcastRow",
    "CannedReplyRow",
    "ChecklistRow",
    "CitizenRow",
    "ConsentEventRow",
    "ContactRow",
    "ContentDraftRow",
    "ContentRevisionRow",
    "ContentRow",
    "ContentSeedRow",
    "ContentTaskRow",
    "ConversationRow",
    "CountedUntilRow",
    "DailyAnswerTimeRow",
    "DailyCountRow",
    "DailyDeliveryCountRow",
    "DataKeyRow",
    "DataRequestRow",
    "DeliveryRow",
    "HandoverMessageRow",
    "HandoverRow",
    "HandoverTotalRow",
    "HeartbeatRow",
    "InboundUpdateRow",
    "LaneRow",
    "LegalDocumentRow",
    "LoginFailureRow",
    "LookupFailureHourRow",
    "LookupFailureRow",
    "NewsSubscriptionRow",
    "OfficeRow",
    "OneTimeLinkRow",
    "ParameterRow",
    "PersonLinkRow",
    "PhrasingSetRow",
    "PrivatePageRow",
    "QuestionAskerRow",
    "QuestionGroupRow",
    "QuestionRow",
    "RehearsalRow",
    "ReminderRow",
    "ReminderSubscriptionRow",
    "ReminderTextsRow",
    "StaffFileRow",
    "StaffPhrasingRow",
    "StaffRecoveryCodeRow",
    "StaffRow",
    "StaffSessionRow",
    "SwitchesRow",
    "SyncRunRow",
    "Table",
    "TombstoneRow",
    "TrainingRow",
    "WebMessageRow",
    "ZaloBellRow",
    "ZaloPersonRow",
    "ZaloPhoneRow",
    "ZaloTokenRow",
]
