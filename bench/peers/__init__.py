"""Compares the engine's speed with that of other engines; ``bench/peers/__main__.py`` describes the use."""
