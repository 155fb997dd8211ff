"""The Zalo Bot channel (Zalo Bot Platform): the only place that knows its API.

webhook.py or polling.py   an update arrives and is kept before it is acknowledged
read_update.py             what it is: text, a picture, a sticker; or something Zalo does not hand on
reception.py               has it answered
send.py, client.py         render and send the answer
channel.py                 builds, starts and stops all of it
"""
