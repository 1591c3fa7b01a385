"""The commands people type in a chat, one file a command."""
