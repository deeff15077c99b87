"""Mutants that no test finds because there is nothing to find: name, and why."""

from __future__ import annotations

EXPLAINED: dict[str, str] = {}
