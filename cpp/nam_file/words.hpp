// Numbers and values in the words of Python's messages.
#pragma once

#include <string>

#include "nam_file/value.hpp"

namespace nam_core::detail::nam_file {

// The shortest decimal that reads as this double, in Python's form: 0.1, 48000.0, 1e+30, -inf.
std::string shortest(double number);

// A JSON value in a few words.
std::string describe(const Value& value);

}  // namespace nam_core::detail::nam_file
