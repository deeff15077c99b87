// Functions of the libraries that print, in a module that nobody can read. Without these, every module would
// contain all of printf, a twelfth of its size. This file comes first when the module is linked
// (CMakeLists.txt), so that the linker takes nothing in their place.
#include <__verbose_abort>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <cstring>

// libc++ and libc++abi call these to end the program with a message.
_LIBCPP_BEGIN_NAMESPACE_STD
void __libcpp_verbose_abort(const char*, ...) noexcept { std::abort(); }
_LIBCPP_END_NAMESPACE_STD
extern "C" [[noreturn]] void __abort_message(const char*, ...) { std::abort(); }

// The JSON reader calls this for a control character in its message, with the format "<U+%.4X>".
extern "C" int snprintf(char* text, std::size_t bytes, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  const auto character = va_arg(arguments, unsigned);
  va_end(arguments);
  constexpr char kText[] = "<U+00..>", kDigits[] = "0123456789ABCDEF";
  std::memcpy(text, kText, bytes < sizeof kText ? bytes : sizeof kText);
  text[5] = kDigits[character >> 4 & 15];
  text[6] = kDigits[character & 15];
  return sizeof kText - 1;
}
