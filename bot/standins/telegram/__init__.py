"""A stand-in for Telegram: npm telegram-test-api with the fixes of server.js. It is started with Node."""
