"""Mutation testing of the engine: `nox -s mutants`."""
