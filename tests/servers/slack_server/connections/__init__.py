"""HTTP, WebSockets, and what Slack brings to the app."""
