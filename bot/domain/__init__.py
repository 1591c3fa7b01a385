"""Pure records and decisions: no await, no IO, no clock, no logging. One package for each concept."""
