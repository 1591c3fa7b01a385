"""Chats and what they subscribe to."""
