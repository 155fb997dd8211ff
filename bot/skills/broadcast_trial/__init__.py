"""Staff look at a broadcast on their own phone before it is sent."""
