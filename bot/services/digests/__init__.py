"""Compiles digests, on schedule and on request, and explains them."""
