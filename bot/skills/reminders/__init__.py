"""Đặt lời nhắc: which, for whom, with whose consent, on which day."""
