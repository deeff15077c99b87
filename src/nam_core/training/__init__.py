"""Training of captures on the processor, without PyTorch."""
