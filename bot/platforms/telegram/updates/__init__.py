"""Handles updates: messages, callback queries, inline queries, reactions."""
