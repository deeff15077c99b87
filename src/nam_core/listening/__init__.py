"""Listening tests: ABX, and MUSHRA by ITU-R BS.1534-3, as pages for a browser: ``nam-core listen``."""
