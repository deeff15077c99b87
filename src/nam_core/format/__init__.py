"""From the bytes of a .nam file to a checked model: parsing, defaults, validation, slimming, counts."""
