"""What is read by arXiv's query API beside the sources: past days, and what papers lack."""
