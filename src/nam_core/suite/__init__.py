"""Synthetic dry signals for judging captures: ``nam-core suite``."""
