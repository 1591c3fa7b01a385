"""What the local servers of chat platforms share: faults, changes, connections, start and stop."""
