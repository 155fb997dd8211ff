"""A stand-in for Zalo: the Official Account (OpenAPI v3, OAuth v4, ZBS templates) and the Bot Platform.

It refuses what Zalo refuses, in Zalo's words and codes; what could not be verified about Zalo says so where it is
decided. Nothing here was checked against a live Zalo.

account.py   the app, its tokens, the people: what Zalo knows
messages.py  what an OA may send to whom, and what Zalo answers
oa_api.py    the three hosts of Zalo over HTTP, on one port
events.py    events to our webhook: signed, repeated, late, forged on demand
bot_api.py   the Bot Platform
app.py       all of it as a web application; bot/standins/phone/ is what people see of it
"""
