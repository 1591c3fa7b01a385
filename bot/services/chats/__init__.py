"""Chats: settings, schedules, status."""
