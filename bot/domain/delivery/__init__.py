"""Digests, their deliveries, and the send rates of platforms."""
