"""What the C++ engine is built from, the sizes of one model, and what this build can run."""
