"""Dry material to judge captures by, all of it computed: ``nam-core suite``."""
