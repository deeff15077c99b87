"""Reads .nam files: parsing, defaults, validation, slimming, counts."""
