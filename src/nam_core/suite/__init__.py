"""Dry material to judge captures by, all of it synthetic: ``nam-core suite``."""
