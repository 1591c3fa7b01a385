"""Commands that find, show and save papers."""
