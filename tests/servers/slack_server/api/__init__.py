"""The Web API: from a request to its answer."""
