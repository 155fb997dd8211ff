"""Tôi được hưởng gì: a short private interview about benefits, and its result."""
