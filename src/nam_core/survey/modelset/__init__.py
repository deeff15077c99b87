"""Models for a survey of CPU use: architectures, weights with which they sound, and the set as files."""
