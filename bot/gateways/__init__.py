"""Gateways: what other systems of the state send us, such as the states of applications."""
