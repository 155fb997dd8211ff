"""Danh sách giấy tờ: what to bring, ticked off in the chat, kept with consent, printed for the counter."""
