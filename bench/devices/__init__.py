"""What models take on devices: estimates of their time on Arm cores, and the size of the C++ library."""
