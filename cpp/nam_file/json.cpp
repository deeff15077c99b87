#include "nam_file/json.hpp"

#include <nlohmann/json.hpp>

namespace nam_core::detail::nam_file {

namespace {

// Python's parser has the same limit.
constexpr std::size_t kMostNesting = 1024;

constexpr bool in_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '+' ||
         c == '-';
}

// Builds values from the events of the parser.
class Builder {
 public:
  using number_integer_t = std::int64_t;
  using number_unsigned_t = std::uint64_t;
  using number_float_t = double;
  using string_t = std::string;
  using binary_t = nlohmann::json::binary_t;

  Builder(std::string_view text, Value& root) : text_(text), root_(root) {}

  std::optional<SyntaxError> error;

  bool null() { return add(Value::null()); }
  bool boolean(bool value) { return add(Value::boolean(value)); }
  bool number_integer(number_integer_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    return add(Value::integer(value < 0 ? 0 - bits : bits, value < 0));
  }
  bool number_unsigned(number_unsigned_t value) { return add(Value::integer(value, false)); }
  bool number_float(number_float_t value, const string_t&) { return add(Value::real(value)); }
  bool string(string_t& value) { return add(Value::text(std::move(value))); }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return open(Value::object()); }
  bool start_array(std::size_t) { return open(Value::array()); }
  bool key(string_t& name) {
    key_ = std::move(name);
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t read, const std::string&, const nlohmann::json::exception& wrong) {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while ... - unexpected
    // ..."
    std::string_view what = wrong.what();
    const std::size_t behind = what.rfind(" - ");
    if (behind != what.npos) what.remove_prefix(behind + 3);
    if (what.front() == '[') what.remove_prefix(std::min(what.size(), what.find("] ") + 2));
    if (const std::size_t last = what.find("; last read"); last != what.npos) what = what.substr(0, last);
    // The parser reports the byte that it could not use; a word or number is reported by its first byte,
    // unless the text ends in it.
    std::size_t at = read == 0 ? 0 : read - 1;
    while (at > 0 && at < text_.size() && in_token(text_[at - 1])) --at;
    error = {std::string(what), at};
    return false;
  }

 private:
  bool add(Value value) {
    if (!open_.empty() && open_.back()->is(Value::Kind::array))
      open_.back()->append(std::move(value));
    else
      place(std::move(value));
    return true;
  }
  Value& place(Value value) {
    if (open_.empty()) return root_ = std::move(value);
    Value& parent = *open_.back();
    if (parent.is(Value::Kind::array)) return parent.items().emplace_back(std::move(value));
    return parent.members()[std::move(key_)] = std::move(value);
  }
  bool open(Value value) {
    if (open_.size() == kMostNesting) {
      error = {"nested too deeply", 0};
      return false;
    }
    open_.push_back(&place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view text_;
  Value& root_;
  std::vector<Value*> open_;  // from the outermost value inwards; only the innermost one gets new entries
  std::string key_;
};

}  // namespace

std::optional<SyntaxError> parse_json(std::string_view text, Value& value) {
  // The parser skips a byte order mark, and treats a null byte as the end.
  if (text.starts_with("\xef\xbb\xbf")) return SyntaxError{"found a byte order mark", 0};
  if (const std::size_t at = text.find('\0'); at != text.npos) return SyntaxError{"found a null byte", at};
  Builder builder(text, value);
  nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder.error);
}

}  // namespace nam_core::detail::nam_file
