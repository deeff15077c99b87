"""Audio in arrays, and signals made for measuring."""
