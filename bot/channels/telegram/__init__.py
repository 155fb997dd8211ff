"""The Telegram channel: the only place that knows Telegram and its library.

webhook.py or polling.py   an update arrives and is kept (intake.py) before it is acknowledged
worker.py                  takes it from the inbox, one of a chat at a time
reception.py               makes a CitizenMessage of it (read_update.py), has it answered
send.py                    renders (render.py) and sends the answer
channel.py                 builds, starts and stops all of it
"""
