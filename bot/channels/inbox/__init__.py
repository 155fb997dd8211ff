"""What messengers that hand us updates have in common: kept first, acknowledged, then worked off in order."""
