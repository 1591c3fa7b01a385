"""What platform adapters store."""
