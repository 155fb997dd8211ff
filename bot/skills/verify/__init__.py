"""Kiểm tra một tin có đúng là của Trợ lý 06 không."""
