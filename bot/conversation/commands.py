"""Which skill a command starts, and the names of skills that the conversation itself starts."""

from __future__ import annotations

from bot.domain.handover import SKILL as HANDOVER

STATUS_SKILL = "application-status"
BENEFITS_SKILL = "benefits"
VERIFY_SKILL = "verify"
SCAM_SKILL = "scam-check"
OFFICES_SKILL = "offices"
CHECKLIST_SKILL = "checklist"

COMMAND_SKILLS = {
    "tra_cuu": STATUS_SKILL,
    "quyen_loi": BENEFITS_SKILL,
    "nhac_toi": "reminders",
    "nhan_tin": "news",
    "du_lieu": "my-data",
    "dulieu": "my-data",
    "xac_minh": VERIFY_SKILL,
    "kiem_tra": SCAM_SKILL,
    "kiemtra": SCAM_SKILL,
    "noi_lam": OFFICES_SKILL,
    "noilam": OFFICES_SKILL,
    "danh_sach": CHECKLIST_SKILL,
    "danhsach": CHECKLIST_SKILL,
    "dung": "stop-reminders",
    "thu": "broadcast-trial",
    "gap_can_bo": HANDOVER,
}
