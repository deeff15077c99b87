"""Models for a survey of CPU use: architectures, weights for an audible output, and the set as files."""
