"""Reminders: rules as data, due moments as rows, and the look that turns what is due into deliveries."""
