"""Nhắc đổi thẻ: consent, two dates, the day the card must be exchanged, and reminders of it."""
