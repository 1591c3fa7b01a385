"""Commands about digests: when they come and what they bring."""
