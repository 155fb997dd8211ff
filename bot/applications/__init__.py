"""Hồ sơ: looked up by whoever knows code and secret, followed, and told of when they change."""
