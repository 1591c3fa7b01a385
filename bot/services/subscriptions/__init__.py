"""Subscriptions of chats: manage, preview, propose a mute."""
