"""The Bot API: from a request to its answer."""
