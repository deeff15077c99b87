"""The constants of the engine's activation functions, as in cpp/kernels/impl; a test holds the two together.

All are the decimal digits of a float32: rounding them to double first, and then to float32, changes nothing.
"""

from __future__ import annotations

from typing import Final

# Adding this to a number below 2**22 rounds it to an integer n and leaves n + 127, the exponent field of
# 2**n, in the lowest bits of the sum's mantissa.
MAGIC: Final = 12582912.0 + 127.0

LOG2E: Final = 1.44269504088896341
TWO_LOG2E: Final = 2.88539008177792681

# ln 2 in two parts; the first has so few bits that n * LN2_HI is exact.
LN2_HI: Final = 0.693145751953125
LN2_LO: Final = 1.42860682030941723e-6

# e**EXP_LIMIT and e**-EXP_LIMIT are normal numbers: what the sigmoid's exponent is clamped to.
EXP_LIMIT: Final = 87.0

# (e**r - 1 - r) / r**2 for abs(r) <= ln(2) / 2, highest power first.
EXP_TAIL: Final = (0.00139464962, 0.00836661085, 0.0416662805, 0.166665435, 0.5)

# What tanh's argument is clamped to: there it is 1, or one unit less.
TANH_LIMIT: Final = 9.01

# (2**f - 1) / f for abs(f) <= 1/2, highest power first.
TANH_POLYNOMIAL: Final = (
    0.000154700014,
    0.00133910973,
    0.00961802993,
    0.0555035658,
    0.240226507,
    0.693147182,
)

# The plugin's rational approximation of tanh (format 3), in the order of the formula.
FASTTANH: Final = {
    "numerator": 2.45550750702956,
    "numerator_square": 0.893229853513558,
    "numerator_cube": 0.821226666969744,
    "denominator": 2.44506634652299,
    "denominator_square": 0.814642734961073,
}
