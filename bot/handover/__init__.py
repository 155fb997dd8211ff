"""Handover: a citizen's chat goes to a member of staff, is answered live in the same place, and comes back."""
