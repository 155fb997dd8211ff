# Every target is a thin call of `python3 -m bot <command>`, which has --help and works without make.
PYTHON ?= python3
BOT := $(PYTHON) -m bot

.PHONY: help run chat ask test fast check evaluate bench content-check fuzz lock

help: ## liệt kê các lệnh
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

run: ## chạy tất cả trên một máy; Ctrl-C để dừng
	@$(BOT) run

chat: ## trò chuyện trong cửa sổ dòng lệnh
	@$(BOT) chat

ask: ## mỗi dòng vào một câu hỏi, mỗi dòng ra một đối tượng JSON: make ask < cau-hoi.txt
	@$(BOT) ask

test: ## chạy mọi thử nghiệm trên phần mềm thật
	@$(BOT) test

fast: ## chỉ các thử nghiệm đơn vị, vài giây
	@$(BOT) test --fast

check: ## cửa kiểm: định dạng, kiểu, ranh giới, nội dung, khóa phiên bản, thử nghiệm
	@$(BOT) check

content-check: ## kiểm kho câu trả lời
	@$(BOT) content check

evaluate: ## chấm điểm hiểu câu hỏi, ghi var/evaluation.json
	@$(BOT) evaluate

bench: ## đo tốc độ, ghi var/bench.json
	@$(BOT) bench

fuzz: ## một triệu đầu vào tự sinh, cho chạy đêm
	@$(BOT) fuzz

lock: ## ghi lại các khóa phiên bản trong locks/
	@$(BOT) lock
