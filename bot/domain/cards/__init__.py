"""Cards: one paper as people see it, with the reasons why."""
