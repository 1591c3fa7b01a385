"""Time: schedules, quiet hours, time zones, arXiv's calendar."""
