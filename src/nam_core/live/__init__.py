"""Choosing the size that a machine can afford while a model plays."""
