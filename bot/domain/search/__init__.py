"""Search: options, ranking, partial matches, similar papers."""
