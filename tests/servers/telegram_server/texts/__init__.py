"""What Telegram accepts as texts and keyboards."""
