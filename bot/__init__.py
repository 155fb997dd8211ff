"""Trợ lý 06: the assistant that citizens write to. Start reading at bot/conversation/turn.py."""
