"""Whole recordings, faster than they play."""
