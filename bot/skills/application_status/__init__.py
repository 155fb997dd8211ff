"""Trạng thái hồ sơ: a citizen gives a code and a second secret, and is told where the application stands."""
