"""Rate limits, request order and reachability, for all platforms."""
