"""Renders and sends messages."""
