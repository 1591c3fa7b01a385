"""HTTP: the guarded client, request spacing, and sources on the web."""
