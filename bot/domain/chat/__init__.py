"""Commands, replies and deep links, independent of the platform."""
