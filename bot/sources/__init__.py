"""Where documents come from, and the formats that read them."""
