"""The Zalo Official Account channel: the only place that knows Zalo's OpenAPI.

webhook.py     an event arrives, its signature is checked (signature.py), it is kept before it is acknowledged
read_event.py  what an event is: a message, a follow, a form; or nothing that needs an answer
reception.py   notes that the person wrote (bot/storage/zalo_people.py), has it answered
send.py        sends the answer: as a message while the person may be written to, as a template after that
errors.py      what each error code of Zalo means for a message (data/zalo/errors.yml)
tokens.py      the pair of tokens: one refresher, kept before it is used
client.py      the three hosts of Zalo over HTTP
channel.py     builds, starts and stops all of it
"""
