"""Use cases: each reads, asks the domain for a decision, and stores it in one unit of work."""
