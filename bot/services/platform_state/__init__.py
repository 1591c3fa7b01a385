"""What platform adapters store: callback data, card messages, handled events, installations."""
