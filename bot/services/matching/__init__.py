"""Matches new papers against subscriptions."""
