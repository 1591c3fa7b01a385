"""Commands about the chat and the bot itself."""
