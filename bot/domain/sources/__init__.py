"""Sources: their URIs, when to ask them again, and past days."""
