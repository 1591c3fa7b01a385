"""What people do, and waiting for what the bot does then."""
