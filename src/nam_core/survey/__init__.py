"""Measures models, for ``nam-core bench``.

``subjects`` lists what is measured, ``measure`` measures it, ``machine`` describes the machine, ``results``
is the file, ``comparison`` compares two of them, and ``budget`` finds what fits. ``table``, ``plot`` and
``report`` show results. ``profile`` divides one model's time among its parts. ``modelset`` writes models to
measure; ``presets`` has those with names."""
