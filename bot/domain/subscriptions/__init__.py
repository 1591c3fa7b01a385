"""Subscriptions: previews and proposals to change them."""
