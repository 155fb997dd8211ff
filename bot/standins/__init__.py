"""Stand-ins for the messengers, for tests and for `make run` without a token. They know nothing of the bot."""
