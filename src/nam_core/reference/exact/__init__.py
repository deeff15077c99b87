"""The float32 engine as a PyTorch program: the same operations in the same order, bit for bit.

docs/numerics.md describes the operations. ``arithmetic`` emulates one float32 operation at a time,
``functions`` builds exp, tanh and the sigmoid on it, and the rest is one module per part of the engine.
Importing this package does not import torch."""
