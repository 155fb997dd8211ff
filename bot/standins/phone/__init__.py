"""The page "Điện thoại của người dân": one person with Zalo, a Zalo bot and Telegram, all of them stand-ins.

phone.py      what is on each messenger, and what the person does there
telegram.py   the same for Telegram, through the emulator's HTTP interface
routes.py     the page and its small JSON interface
"""
