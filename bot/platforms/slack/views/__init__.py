"""App Home and modals."""
