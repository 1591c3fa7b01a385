"""The Bot API: errors, rate limits, reachability."""
