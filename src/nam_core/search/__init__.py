"""Which architectures fit a budget on a device: ``nam-core search``."""
