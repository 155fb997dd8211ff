"""The web chat: a page, its interface, and the stream of messages that we start."""
