"""Texts that the renderers of several platforms share."""
