"""Xem lời nhắc: what a reminder is about, shown only where it was sent to."""
