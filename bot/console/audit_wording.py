"""The audit log in words: what its names of actions, things and details mean to who reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.console.wording import REQUEST_KINDS
from bot.domain.staff import Role

AUDIT_ACTIONS = {
    "answer.import": "Nhập câu trả lời từ tệp, đăng ngay",
    "answer.publish": "Đăng câu trả lời",
    "content.publish": "Đăng tham số, văn bản, cách hỏi, lời nhắc",
    "content.roll-back": "Dùng lại bản cũ của tham số, văn bản, cách hỏi, lời nhắc",
    "answer.roll-back": "Dùng lại bản cũ của câu trả lời",
    "broadcast.approve": "Duyệt thông báo",
    "broadcast.pause": "Tạm dừng thông báo",
    "broadcast.picture": "Đổi ảnh của thông báo",
    "broadcast.resend": "Soạn lại cho người chưa nhận được",
    "broadcast.resume": "Cho thông báo đi tiếp",
    "broadcast.return": "Trả thông báo để sửa",
    "broadcast.save": "Lưu thông báo",
    "broadcast.stop": "Dừng hẳn thông báo",
    "broadcast.submit": "Gửi duyệt thông báo",
    "data-request.add": "Ghi yêu cầu về dữ liệu",
    "data-request.extend": "Gia hạn yêu cầu về dữ liệu",
    "data-request.settle": "Làm xong yêu cầu về dữ liệu",
    "draft.drop": "Bỏ bản nháp",
    "draft.import": "Nhập bản nháp từ tệp",
    "draft.return": "Trả bản nháp để sửa",
    "draft.save": "Lưu bản nháp",
    "draft.submit": "Gửi duyệt",
    "canned.drop": "Bỏ câu soạn sẵn",
    "canned.save": "Lưu câu soạn sẵn",
    "handover.close": "Kết thúc trò chuyện với người dân",
    "handover.release": "Trả cuộc trò chuyện lại hàng chờ",
    "handover.reply": "Trả lời người dân",
    "handover.take": "Nhận cuộc trò chuyện với người dân",
    "handover.transfer": "Chuyển cuộc trò chuyện cho đồng nghiệp",
    "login": "Đăng nhập",
    "login.code-refused": "Nhập sai mã",
    "password.change": "Đổi mật khẩu của mình",
    "people.search": "Tìm người dân",
    "people.unmask": "Bỏ che thông tin người dân",
    "phrasing.drop": "Bỏ cách hỏi đã gắn",
    "question.assign": "Nhận nhóm câu hỏi",
    "question.link": "Gắn câu hỏi vào câu trả lời",
    "question.put-aside": "Để nhóm câu hỏi ngoài phạm vi",
    "question.release": "Thôi nhận nhóm câu hỏi",
    "question.write": "Viết câu mới cho nhóm câu hỏi",
    "reminder.off": "Tắt quy tắc nhắc",
    "reminder.on": "Bật lại quy tắc nhắc",
    "reminder.shadow": "Thử đổi quy tắc nhắc",
    "reminder.simulation": "Chạy thử lời nhắc",
    "second-step.new-codes": "Tạo mã dự phòng mới",
    "second-step.set-up": "Bật bước đăng nhập thứ hai",
    "session.end": "Kết thúc phiên của mình",
    "staff.activate": "Mở lại tài khoản",
    "staff.create": "Tạo tài khoản",
    "staff.deactivate": "Khóa tài khoản",
    "staff.end-sessions": "Kết thúc mọi phiên của tài khoản",
    "staff.forget-second-step": "Bỏ bước đăng nhập thứ hai",
    "staff.new-password": "Tạo mật khẩu mới",
    "switches.set": "Đổi công tắc",
    "staff.role": "Đổi vai trò",
    "task.assign": "Nhận việc do văn bản thay đổi",
    "task.done": "Xong việc do văn bản thay đổi",
    "task.not-needed": "Không cần làm việc do văn bản thay đổi",
    "task.release": "Thôi nhận việc do văn bản thay đổi",
    "task.reopen": "Mở lại việc do văn bản thay đổi",
}

_ACTORS = {"command line": "Dòng lệnh", "first start": "Lần khởi động đầu"}
_SUBJECTS = {
    "answer": "câu trả lời",
    "broadcast": "thông báo",
    "by": "tìm bằng",
    "canned": "câu soạn sẵn",
    "citizen": "người dân",
    "data-request": "yêu cầu",
    "document": "văn bản",
    "handover": "cuộc trò chuyện",
    "kind": "loại yêu cầu",
    "parameter": "tham số",
    "phrasings": "cách hỏi",
    "question": "nhóm câu hỏi",
    "reminder": "lời nhắc",
    "reminders": "mọi lời nhắc",
    "staff": "tài khoản",
    "switches": "công tắc",
    "task": "việc",
}
_NAMES = {
    # By what a citizen is looked for.
    "by": {"handover": "cuộc trò chuyện", "id-number": "số định danh", "notice-code": "mã tin"},
    "kind": {kind.value: title for kind, title in REQUEST_KINDS.items()},
}
"""Subjects that are one of a few."""
_ROLES = {"role", "before", "after"}
_DETAILS = {
    "after": "Sau",
    "against_the_gate": "Đăng dù bị chặn, lý do",
    "before": "Trước",
    "document": "Văn bản",
    "draft": "Bản soạn",
    "fields": "Mục",
    "found": "Tìm thấy",
    "message": "Tin số",
    "phrasings": "Cách hỏi",
    "reason": "Lý do",
    "revision": "Bản",
    "role": "Vai trò",
    "run": "Lần chạy",
    "sessions": "Phiên bị kết thúc",
    "title": "Tên",
    "to": "Về",
    "unit": "Câu trả lời",
    "version": "Bản nháp",
}


def name_action(action: str) -> str:
    """Return what was done."""
    return AUDIT_ACTIONS.get(action, action)


def name_actor(actor: str) -> str:
    """Return who did it: an address of a member of staff, or what did it without one."""
    return _ACTORS.get(actor, actor)


def name_subject(subject: str) -> str:
    """Return to what it was done: "staff:lan@xa.gov.vn" is "tài khoản lan@xa.gov.vn"."""
    kind, _, name = subject.partition(":")
    return f"{_SUBJECTS.get(kind, kind)} {_NAMES.get(kind, {}).get(name, name)}".strip()


def list_details(details: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Return what else was written down, each with its name."""
    for name, value in details.items():
        said = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        if name in _ROLES and said in list(Role):
            said = Role(said).label
        if said:
            yield _DETAILS.get(name, name), said
