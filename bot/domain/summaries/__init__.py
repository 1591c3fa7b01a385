"""Summaries that are taken from an abstract, without a model: what a paper does, in its authors' words."""
