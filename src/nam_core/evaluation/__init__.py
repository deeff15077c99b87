"""How far two signals are apart, and the engine from PyTorch."""
