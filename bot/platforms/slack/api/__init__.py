"""Slack's Web API and its connections."""
