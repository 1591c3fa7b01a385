"""Papers: their ids, how entries are assigned to them, and what is known of one."""
