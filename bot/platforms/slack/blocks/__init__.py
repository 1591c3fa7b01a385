"""Block Kit: builds, validates and shortens blocks."""
