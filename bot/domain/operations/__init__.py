"""Operating an installation: health findings and backups."""
