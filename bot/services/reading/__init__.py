"""Reads sources into the archive."""
