"""Finds architectures that fit a budget on a device: ``nam-core search``."""
