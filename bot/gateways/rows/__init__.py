"""Rows that other systems send, whatever they are about: read one by one, checked value by value."""
