"""What `paperwire run` does: start-up order, jobs at intervals, signals, shutdown."""
