"""Pure records and decisions: no await, no IO, no clock, no logging."""
