"""Finds and saves papers."""
