"""Builds the C++ engine from a checked model, keeps its sizes, and describes the build."""
