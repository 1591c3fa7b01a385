"""Digests, the outbox, and what waits for the next digest."""
