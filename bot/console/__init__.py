"""The console: pages for staff. Every page says which roles may open it; see page.py for the way of one visit."""
