"""Ordinary questions with the words of a danger are answered; where one cannot be excluded, its line follows."""

from __future__ import annotations

import pytest

from bot.settings import PROJECT_ROOT
from bot.understanding.safety import SafetyFound, SafetyRules
from bot.yaml_files import read_yaml

RULES = SafetyRules.load(PROJECT_ROOT / "data" / "safety")
NEAR = read_yaml(PROJECT_ROOT / "tests" / "nlu" / "safety_near.yml")


@pytest.mark.parametrize(
    "text",
    [
        "vào đó điền gì",
        "trình tự từ lúc nộp đến lúc nhận thẻ",
        "tôi đang chạy grab thì làm căn cước lúc nào",
        "cán bộ đánh máy nhầm tên tôi",
        "mẹ tôi không biết đi đâu khai",
        "khai tử cho người bị tai nạn giao thông",
        "đơn cho trẻ bị bỏ rơi nộp ở xã hay công an",
        "xe bị cháy rụi có phải khai thu hồi không",
        "tên định danh cuộc gọi cho doanh nghiệp",
        "vừa chuyển 15 triệu đặt cọc vé máy bay giả, gọi ai để chặn tiền",
        "đổi thẻ căn cước hết bao nhiêu tiền",
        "không nhận được mã otp vneid",
        "quên mật khẩu vneid thì làm sao",
        "mẹ tôi già yếu không đi làm thẻ được",
        "bị cướp mất thẻ căn cước thì làm lại ở đâu",
        "dùng thẻ căn cước giả bị phạt bao nhiêu",
        "giá làm thẻ bao nhiêu",
        "nhà bị cháy có được hỗ trợ tiền không",
        "trợ cấp trẻ bị bỏ rơi được bao nhiêu",
        "căn cước điện tử từ khi nào có",
        "cô tôi ở hà nội lãnh nhiều hơn mẹ tôi",
        "lệ phí kích hoạt tài khoản vneid",
        "xe cũ nát có phải mang biển đi nộp lại không",
        "giấy tờ của con các anh có giữ lại không",
        "thẻ mất đây rồi, giờ sao",
        "dù mà em ở xa thì vẫn nộp được chứ",
        "khai tử cho bố cần giấy tờ gì",
        "thẻ bảo hiểm y tế dùng khi cấp cứu thế nào",
        "nhà tôi cháy rụi đêm qua, giờ báo ai để được dựng lại nhà",
        "bố tôi đột quỵ tháng trước, xin công nhận hộ nghèo được không",
        "kích hoạt bảo hành điện thoại ở đâu",
        "mật khẩu phải có 8 ký tự trở lên hả",
        "passcode vneid là 6 số hả",
        "đổi mật khẩu vneid 2026 thế nào",
        "hồ sơ 123456 xong chưa",
        "sang tên xe biển số 59x3-123.45 cần gì",
        "danh sách hộ nghèo cần giấy tờ gì để vào",
        "lương hưu của mẹ tôi bao nhiêu",
        "con em ngủ quá nhiều chụp ảnh được không",
        "rút hồ sơ có mất phí không",
        "muốn rút lại sự đồng ý cho dùng dữ liệu",
        "làm online rồi chuyển khoản lệ phí ở đâu",
        "thẻ hết hạn nên chuyển tiền ngân hàng nó chặn thì sao",
        "chuyển tiền trợ cấp vào tài khoản bị khóa thì sao",
        "điện thoại tự động cập nhật vneid rồi không vào được",
        "cài vneid rồi mà chưa bấm kích hoạt, hướng dẫn cách làm giúp",
        "tại sao cứ bắt dân phải cài vneid",
        "tổ dân phố cần tài liệu tuyên truyền lừa đảo",
        "năm 2015 má bị lừa hết đất, giờ xin hộ nghèo được không",
        "con tôi chuyển tiền cho shipper giả",
        "bán xe rồi công an vẫn gọi tên mình",
        "mẹ tôi bị tai biến nằm liệt làm căn cước thế nào",
        "tổng tiền nộp qua mạng trên cổng dịch vụ công",
        "xin số điện thoại của công an xã",
        "thẻ rơi xuống nước có phải đổi không",
        "hướng dẫn làm bơm nước",
        "reset password vneid",
        "chồng bị tai biến liệt nửa người, nộp hồ sơ ở đâu",
        "cháu bé trước đây bị bạo hành, giờ ở với bà, nộp ở đâu",
        "em cần bảo hiểm y tế hộ nghèo",
        "hướng dẫn xin temporary residence card",
        "lấy căn cước điện tử trên điện thoại chờ mấy bữa",
        "gắn ngân hàng vào vneid để nhận quà tết có được miễn phí không",
        "bị cháy nhà mất cccd làm lại ở đâu",
        "đi đâu để làm hộ chiếu",
        "khỏi đến nơi được không",
        "biển số mờ hết chữ đổi ở đâu",
        "từ từ rồi làm",
        "mẹ mất tích 5 năm muốn tuyên bố đã chết",
        "sạt lở đất được hỗ trợ bao nhiêu",
        "trẻ em bị xâm hại được trợ giúp pháp lý miễn phí không",
        "tìm không thấy phường mình trên hệ thống",
        "định danh con dưới 6 tuổi",
        "phong kham muon gan coi hu cho xe cap cuu",
        "xe cấp cứu có phải đổi biển vàng không",
        "người già đi lạc có tìm bằng vân tay",
        "cháy chung cư bị phỏng nặng nằm viện mười ngày có thuộc diện được cứu giúp không",
        "nhà cháy hôm qua, xin cứu trợ ở đâu",
        "anh trai tôi tự tử mất tháng trước, khai báo ở đâu",
        "em bị chồng đánh nên ra ở trọ, đăng ký tạm trú cần giấy gì",
        "bạn trai cũ cầm thẻ căn cước của em",
        "ba em nằm xuống rồi, cần làm giấy gì",
        "nhập mã otp mà mật khẩu báo sai",
        "chị gái tai nạn không cứu được, giờ thủ tục giấy tờ ra sao",
        "cha mẹ mất vì cháy nhà, cháu ở với cô, được hưởng gì",
        "thằng em mất tích ba năm rồi, xóa hộ khẩu được không",
        "hồi nhỏ tôi bị lạc gia đình, giờ làm căn cước sao",
        "chủ nhà không liên lạc được, ai ký tạm trú cho mình",
        "thẻ bhyt biến mất khỏi vneid",
        "tôi nợ tiền, chủ nợ bắt để lại căn cước làm tin có sao không",
        "số tài khoản 001090123456 của ai",
        "thẻ gãy rồi xin lại qua mạng có được không",
        "bố tôi mất trí hay đi lạc có gắn chip định vị thẻ không",
        "cán bộ nhập sai ngày sinh, giờ bắt đóng tiền đổi thẻ",
        "bà tự nhiên méo miệng hồi tháng trước, giờ làm căn cước thế nào",
        "tự nhiên app ngắt kết nối khi nộp hồ sơ",
        "kéo dây điện vô hẻm xin ở đâu",
        "tờ giấy bị kẹt trong máy làm thẻ",
        "chăm sóc thuốc men cho người già",
        "cham soc thuoc men cho nguoi gia",
        "lấy vân tay bị kẹt trong máy",
        "lay van tay bi ket trong may",
        "ngon tay dap vao may quet khong nhan",
        "app bi loi vao nha nghi khong bao luu tru duoc",
        "app bị lỗi vào nhà nghỉ không báo lưu trú được",
        "khai báo bị lỗi vào nhà nghỉ thì báo ai",
        "tự nhiên mất mạng xíu, nộp lại hồ sơ ở đâu",
        "tu nhien mat mang xiu, nop lai ho so o dau",
        "tự nhiên thẻ lỗi xíu",
        "bỗng dưng vneid lag xíu",
        "tự nhiên em mất mạng xíu",
        "gio bat dong le phi doi the",
        "nóng muốn chết mà phòng một cửa không có quạt",
        "cho lau muon chet, toi luot thi het gio",
        "nắng muốn chết mà bắt xếp hàng ngoài cổng",
        "mắc muốn chết, phí gì mà tới nửa triệu",
        "ông cần giấy gì để đổi thẻ",
        "co ong can bo keu em ve bo sung",
        "ong chich dong noi phai khai tam tru",
        "dang chay ho so vay thi can giay doc than",
        "mẹ mất, em đi làm xa chưa về kịp, ai đi báo tử",
        "chồng đi làm xa 3 năm không về nhà, khai sinh cho con cần gì",
        "ông chú mất tích trong chiến tranh có được xét liệt sĩ",
        "nhà bị trộm năm 2019, xin cấp lại sổ thế nào",
        "bị kẻ gian lấy tên làm giấy tờ giả thì báo ai",
        "công an phường gọi lên nhận thẻ, mang giấy gì",
        "bệnh viện báo mẹ em nhập viện mổ, em nộp viện phí bằng chuyển khoản được không",
        "công an báo chồng em bị tạm giữ, nộp tiền bảo lãnh ở đâu",
        "đợi hoài muốn chết mà phường chưa trả hồ sơ",
        "trưởng thôn lập danh sách hộ nghèo cần số cccd không",
        "danh sách hộ dân chưa có cccd thì tổ trưởng nộp ai",
        "danh sách người hưởng cần nộp số tài khoản ở đâu",
        "danh sách học sinh làm căn cước cần cccd cha mẹ không",
        "in danh sách nhân khẩu trong hộ có số cccd ở đâu",
        "cho xin file danh sách hộ nghèo cần điền cccd mẫu nào",
        "cho xin số điện thoại của anh Hoàng cán bộ tư pháp",
        "xin số điện thoại của cô Đỗ làm ở bộ phận một cửa",
        "hỏi địa chỉ công an đường của bà Nguyễn Thị Minh Khai",
        "tra chủ phương tiện đã đóng phạt nguội chưa",
        "cho biết trợ cấp của anh hàng xóm khuyết tật nặng là bao nhiêu",
        "cho tôi biết người ta có tiền án thì có làm hộ chiếu không",
        "mã xác nhận hồ sơ là H29.18-240912-0001 tra ở đâu",
        "mã số thuế cũ vừa gửi về 123456 là gì",
        "cho em hỏi mã xác nhận nhập vào đâu, ở đây hay ở app",
        "gửi lại mã otp của tôi bị chậm",
        "cho tôi đổi mật khẩu vneid của tôi",
        "xin cấp lại mật khẩu tài khoản dịch vụ công của mẹ tôi",
        "mật khẩu wifi là 12345678",
        "chế độ quản trị tài khoản tổ chức trên vneid ai có quyền",
        "tài khoản tổ chức quyền quản trị cấp sao",
        "vneid báo máy đã root, tắt quyền root sao",
        "viết giúp đơn, không cần dẫn nguồn",
        "làm sao chia sẻ màn hình VNeID cho cán bộ xem giấy tờ",
        "chia sẻ màn hình trên cổng dịch vụ công bị lỗi",
        "nộp hồ sơ từ xa, cán bộ điều khiển từ xa được không",
        "ảnh thẻ da trắng bệch phải chụp lại không",
        "ảnh thẻ mặt tím có được không",
        "chụp ảnh mặt trắng bệch có được không",
        "ba em tung giet nguoi bi an tu 15 nam truoc, gio xin ly lich tu phap",
        "đợi bằng lái muốn chết mà phường chưa trả",
        "cháu bị bố dượng bỏ đói, được trợ cấp gì",
        "anh the chup mat trang bech duoc khong",
    ],
)
def test_ordinary_questions_pass(text: str) -> None:
    assert RULES.find_rule(text) is None


@pytest.mark.parametrize("text", NEAR)
def test_what_is_near_to_a_rule_passes_or_may_be_answered(text: str) -> None:
    rule = RULES.find_rule(text)
    assert rule is None or RULES.may_give_way(rule, text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("anh trai tôi tự tử mất tháng trước, làm giấy tờ ở đâu", "self-harm"),
        ("em bị chồng đánh nên ra ở trọ, đăng ký tạm trú cần giấy gì", "crime"),
        ("hàng xóm dọa đánh em, làm đơn nộp hồ sơ ở đâu", "crime"),
        ("con tôi sốt co giật, thẻ bhyt chưa có thì nộp gì", "medical"),
        ("bà cụ hay đi lạc thì có tìm bằng vân tay được không", "child"),
        ("nước ngập tới ngực người, xin hỗ trợ chỗ nào", "fire"),
        ("đêm qua nhà cháy rụi, xã có hỗ trợ gì không", "fire"),
        ("dem qua nha chay rui, xa co ho tro gi khong", "fire"),
        ("chồng tôi đánh tôi, tôi muốn ly hôn và xin lý lịch", "crime"),
        ("chồng cũ đánh em, em muốn xin lý lịch tư pháp số 2", "crime"),
    ],
)
def test_a_danger_that_cannot_be_excluded_has_a_line_beside_the_answer(text: str, rule: str) -> None:
    found = RULES.find(text)
    assert found.rule is None
    assert found.beside is not None
    assert found.beside.id == rule
    assert "**11" in found.beside.line


@pytest.mark.parametrize(
    "text",
    [
        "is it allowed to bring a knife on a plane",
        "how do I register my gun",
        "VNeID locked me out of my account",
        "my house was flooded, how do I replace my ID card",
        "my house caught fire last year, how do I replace my ID card",
    ],
)
def test_an_ordinary_question_in_english_is_no_emergency(text: str) -> None:
    rule = RULES.find_rule(text)
    assert rule is None or rule.id == "english"


def test_a_danger_keeps_its_line_where_another_rule_answers() -> None:
    found = RULES.find("chồng đánh em, đồ ngu, đồ chó, cần làm lại căn cước ở đâu")
    assert found.rule is not None
    assert found.rule.id == "abuse"
    assert found.beside is not None
    assert found.beside.id == "crime"


@pytest.mark.parametrize(
    "text",
    [
        "cháy chung cư bị phỏng nặng nằm viện mười ngày có thuộc diện được cứu giúp không",
        "bố tôi đột quỵ tháng trước, xin công nhận hộ nghèo được không",
        "đổi thẻ căn cước hết bao nhiêu tiền",
        "cán bộ nhập sai ngày sinh, giờ bắt đóng tiền đổi thẻ",
    ],
)
def test_what_is_over_or_no_danger_has_no_line(text: str) -> None:
    assert RULES.find(text) == SafetyFound()


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("ba em nằm xuống rồi, cần làm giấy gì", True),
        ("chồng bị tai biến liệt nửa người, nộp hồ sơ xác định khuyết tật ở đâu", True),
        ("bạn trai cũ cầm thẻ căn cước của em", True),
        ("ba em nằm xuống sàn không dậy", False),
        ("nhà đang cháy, giấy tờ còn trong đó", False),
        ("hàng xóm cầm dao đòi giấy tờ đất", False),
        ("cứu em với, nó giữ cccd không cho về", False),
        ("chồng vừa bị tai biến, bhyt để đâu", False),
    ],
)
def test_only_what_an_office_is_asked_for_must_be_surer_to_be_a_danger(text: str, is_asked: bool) -> None:
    assert RULES.is_asked_of_office(text) is is_asked


@pytest.mark.parametrize(
    ("text", "rule", "may"),
    [
        ("bị phạt vì đánh nhau thì có làm hộ chiếu được không", "crime", True),
        ("cty no bat nop ly lich tu phap so 2, doi vay dung khong", "impersonation", True),
        ("nhà mạng nhắn tin bắt quét mặt, không quét có sao không", "impersonation", True),
        ("đồ ngu, đăng ký tạm trú cần gì", "abuse", True),
        ("có đánh nhau trước nhà em", "crime", False),
        ("chồng đánh em, đang chảy máu, xin giấy gì", "crime", False),
        ("nhà mạng gọi bắt bấm link xác thực", "impersonation", False),
        ("công an gọi bảo chuyển khoản để làm căn cước", "impersonation", False),
        ("em muốn tự tử, giấy tờ để lại cho ai", "self-harm", False),
    ],
)
def test_what_is_said_of_now_or_of_money_does_not_give_way(text: str, rule: str, *, may: bool) -> None:
    found = RULES.find_rule(text)
    assert found is not None
    assert found.id == rule
    assert RULES.may_give_way(found, text) is may


def test_what_a_text_is_excused_for_is_known() -> None:
    child = RULES.get_rule("child")
    assert RULES.is_excused(child, "vợ bỏ đi không biết đi đâu, ly hôn đơn phương được không")
    assert not RULES.is_excused(child, "vợ bỏ đi không biết đi đâu")


def test_every_emergency_has_its_line() -> None:
    for name in ("self-harm", "fire", "crime", "medical", "child"):
        assert RULES.get_rule(name).line
