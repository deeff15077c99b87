"""Measures models, for ``nam-core bench``.

``subjects`` lists the models to measure, ``measure`` measures them, ``machine`` describes the machine,
``results`` reads and writes the file of a survey, ``comparison`` compares two surveys, and ``budget`` finds
the models that fit a budget. ``table``, ``plot`` and ``report`` show results. ``profile`` divides one model's
time among its parts. ``modelset`` writes a set of models to measure; ``presets`` has models of common shapes,
by name.
"""
