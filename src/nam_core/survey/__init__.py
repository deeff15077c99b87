"""Measuring models the way a choice between them needs it: what ``nam-core bench`` is made of.

``subjects`` says what is measured, ``measure`` how, ``machine`` on what; ``results`` is the file that comes
out, ``comparison`` sets two of them against each other, ``budget`` says what fits. ``table``, ``plot`` and
``report`` show it. ``profile`` is about one model: which part of it takes how long. ``modelset`` writes
models to measure; ``presets`` has those with names.
"""
