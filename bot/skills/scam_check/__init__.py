"""Kiểm tra lừa đảo: a message, number or link is judged with reasons. Nothing of it is kept."""
