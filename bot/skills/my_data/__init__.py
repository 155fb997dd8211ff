"""Dữ liệu của tôi: see what is held, stop reminders, delete everything."""
