"""The audit log of what staff do: written with every change, sealed, and checked for tampering."""
