#include "nam_file/tolerant_metadata.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "nam_file/json.hpp"
#include "nam_file/utf8.hpp"

namespace nam_core::detail::nam_file {

namespace {

constexpr std::string_view kReplacement = "\\ufffd";

// An open object or array: the key or index of its current entry.
struct Level {
  bool is_object;
  std::variant<std::string, std::size_t> entry;
  std::string_view last_string;
};

// The position after the closing quote of the string that starts at `at`; npos if it has none.
std::size_t string_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return text.npos;
}

std::string key_of(std::string_view string) {
  Value key;
  if (string.empty() || parse_json(string, key) || !key.is(Value::Kind::text)) return {};
  return key.as_text();
}

int hexadecimal(std::string_view text, std::size_t at) {
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = 16 * value + digit;
  }
  return value;
}

// Appends the escape sequence at `at`, with a lone surrogate replaced, and returns the position after it.
std::size_t append_escape(std::string_view text, std::size_t at, std::string& to) {
  const int unit = text.substr(at, 2) == "\\u" ? hexadecimal(text, at + 2) : -1;
  std::size_t bytes = unit < 0 ? 2 : 6;
  if (unit >= 0xd800 && unit < 0xe000) {
    const int low = text.substr(at + 6, 2) == "\\u" ? hexadecimal(text, at + 8) : -1;
    if (unit >= 0xdc00 || low < 0xdc00 || low >= 0xe000) {
      to += kReplacement;
      return at + bytes;
    }
    bytes = 12;
  }
  bytes = std::min(bytes, text.size() - at);
  to += text.substr(at, bytes);
  return at + bytes;
}

void append_string(std::string_view text, std::string& to) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c == '\\') {
      at = append_escape(text, at, to);
    } else if (c < 0x20) {
      to += "\\u00";
      to += kDigits[c >> 4];
      to += kDigits[c & 15];
      ++at;
    } else if (const int bytes = code_point(text, at).bytes; bytes > 0) {
      to += text.substr(at, static_cast<std::size_t>(bytes));
      at += static_cast<std::size_t>(bytes);
    } else {
      to += kReplacement;
      ++at;
    }
  }
}

bool in_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '+' ||
         c == '-';
}

}  // namespace

std::string FoundMetadata::location() const {
  std::string location;
  for (const auto& part : path)
    if (const auto* key = std::get_if<std::string>(&part))
      location += (location.empty() ? "" : ".") + *key;
    else
      location += "[" + std::to_string(*std::get_if<std::size_t>(&part)) + "]";
  return location;
}

std::vector<FoundMetadata> find_metadata(std::string_view text) {
  std::vector<FoundMetadata> found;
  std::vector<Level> levels;
  std::size_t start = 0, depth = 0;  // of the metadata that is being skipped
  bool inside = false, has_quotes = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      // If this string has no closing quote, no later one has.
      const std::size_t end = has_quotes ? string_end(text, at) : text.npos;
      has_quotes = end != text.npos;
      if (!has_quotes) continue;
      if (!levels.empty()) levels.back().last_string = text.substr(at, end - at);
      at = end - 1;
    } else if (c == '{' || c == '[') {
      levels.push_back({c == '{', {}, {}});
      if (c == '[') levels.back().entry = std::size_t{0};
    } else if ((c == '}' || c == ']' || c == ',') && !levels.empty()) {
      Level& top = levels.back();
      if (inside && levels.size() == depth) {
        FoundMetadata value{{}, start, at};
        for (const Level& level : levels) value.path.push_back(level.entry);
        found.push_back(std::move(value));
        inside = false;
      }
      if (c != ',')
        levels.pop_back();
      else if (auto* number = std::get_if<std::size_t>(&top.entry))
        ++*number;
    } else if (c == ':' && !levels.empty() && !inside) {
      Level& top = levels.back();
      top.entry = key_of(top.last_string);
      if (top.last_string == "\"metadata\"") {
        inside = true;
        start = at + 1;
        depth = levels.size();
      }
    }
  }
  return found;
}

std::string without(std::string_view text, const std::vector<FoundMetadata>& found) {
  std::string left(text);
  for (const FoundMetadata& value : found) {
    std::fill(left.begin() + static_cast<std::ptrdiff_t>(value.start),
              left.begin() + static_cast<std::ptrdiff_t>(value.end), ' ');
    if (value.end > value.start) left[value.start] = '0';
  }
  return left;
}

std::string cleaned(std::string_view metadata) {
  std::string clean;
  for (std::size_t at = 0; at < metadata.size();) {
    std::size_t end = at + 1;
    if (metadata[at] == '"') {
      end = std::min(string_end(metadata, at), metadata.size());
      append_string(metadata.substr(at, end - at), clean);
    } else if (in_word(metadata[at])) {
      while (end < metadata.size() && in_word(metadata[end])) ++end;
      const std::string word(metadata.substr(at, end - at));
      const bool literal = word == "NaN" || word == "Infinity" || word == "-Infinity";
      const bool number = (word[0] >= '0' && word[0] <= '9') || word[0] == '-';
      const bool endless = number && !std::isfinite(std::strtod(word.c_str(), nullptr));
      clean += literal || endless ? "null" : word;
    } else {
      clean += metadata[at];
    }
    at = end;
  }
  return clean;
}

void put(Value& document, const FoundMetadata& where, Value metadata) {
  Value* at = &document;
  for (const auto& part : where.path) {
    if (const auto* key = std::get_if<std::string>(&part)) {
      if (!at->is(Value::Kind::object)) return;
      const auto found = at->members().find(*key);
      if (found == at->members().end()) return;
      at = &found->second;
    } else {
      const std::size_t index = *std::get_if<std::size_t>(&part);
      if (!at->is(Value::Kind::array) || index >= at->items().size()) return;
      at = &at->items()[index];
    }
  }
  *at = std::move(metadata);
}

}  // namespace nam_core::detail::nam_file
