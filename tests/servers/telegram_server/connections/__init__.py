"""HTTP, the queue of updates, and the webhook."""
