"""Is this a scam? A message judged by known signs and by the list of official sites and numbers."""
