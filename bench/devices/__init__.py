"""Estimates of the time of models on Arm cores, and the size of the C++ library."""
