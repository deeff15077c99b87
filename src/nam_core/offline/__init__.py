"""Offline work: whole recordings at once."""
