"""The words of the service: small frozen values and pure rules. Nothing here does input or output."""
