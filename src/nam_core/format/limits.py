"""How much memory a file may make this package allocate."""

from __future__ import annotations

# Bytes. The largest models that people play take some megabytes.
DEFAULT_MAX_BYTES = 2**30

# Python's objects for JSON text take at most so many bytes per byte of the text: 8 for weights, 38 for
# nested objects (measured with orjson). So 26 MB of text may take 1 GiB.
PARSED_PER_TEXT = 40
