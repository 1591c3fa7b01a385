"""Reads past days of new sources, and completes papers, in the background."""
