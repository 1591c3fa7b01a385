"""The chats: one folder a platform, each with render, sender and listener."""
