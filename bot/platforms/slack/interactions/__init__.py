"""Handles what people type and press in conversations, and Slack's events."""
