"""The ChatPaperFree digest and the reviews in it."""
