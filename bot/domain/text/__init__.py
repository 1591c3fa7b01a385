"""Text: normalization, tokens, glossary, redaction."""
