#include "nam_file/document.hpp"

#include <algorithm>

#include "base/grouped.hpp"
#include "nam_file/foreign.hpp"
#include "nam_file/json.hpp"
#include "nam_file/tolerant_metadata.hpp"
#include "nam_file/utf8.hpp"

namespace nam_core::detail::nam_file {

namespace {

// Python's objects take at most this many bytes per byte of text. Values here take a third of that; the limit
// is the same, so that both readers accept the same files.
constexpr std::int64_t kParsedPerText = 40;

constexpr const char* kAgain = "download or export the model again";

// The literal at a position if Python's json module writes it and JSON does not allow it; otherwise empty.
std::string_view non_finite(std::string_view text, std::size_t at) {
  const std::size_t sign = at < text.size() && (text[at] == '-' || text[at] == '+') ? 1 : 0;
  std::size_t end = at + sign;
  std::string word;
  for (; end < text.size() && ((text[end] | 32) >= 'a' && (text[end] | 32) <= 'z'); ++end)
    word += static_cast<char>(text[end] | 32);
  const bool known = word == "nan" || word == "inf" || word == "infinity";
  return known ? text.substr(at, end - at) : std::string_view();
}

// Whether the text ends within the character at this position, whose bytes are valid up to there.
bool is_cut_off(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  const std::string_view rest = text.substr(at + 1);
  return first >= 0xc2 && first <= 0xf4 && rest.size() + 1 < bytes &&
         std::all_of(rest.begin(), rest.end(), continues);
}

std::string not_utf8(std::string_view text, std::size_t at) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::string position = std::to_string(at);
  if (is_cut_off(text, at))
    return std::string("the file ends in the middle: ") + kAgain + " (byte " + position + ")";
  return std::string("not UTF-8 text: byte 0x") + kDigits[byte >> 4] + kDigits[byte & 15] + " at position " +
         position + "; save it as UTF-8, or " + kAgain;
}

std::string not_json(std::string_view text, const SyntaxError& error) {
  if (const std::size_t at = find_invalid(text); at != text.npos) return not_utf8(text, at);
  const std::size_t at = std::min(error.position, text.size());
  std::string message = "not valid JSON: " + error.what,
              advice = std::string("; correct it there, or ") + kAgain;
  const std::size_t last = text.find_last_not_of(" \t\n\r");
  if (const std::string_view literal = non_finite(text, at); !literal.empty())
    message = "found " + std::string(literal) + ", which is not JSON; numbers must be finite";
  else if (at > last || error.what.find("unexpected end of input") != std::string::npos ||
           error.what.find("missing closing quote") != std::string::npos) {
    message = std::string("the file ends in the middle: ") + kAgain;
    advice.clear();
  }
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  const std::size_t newline = text.substr(0, at).rfind('\n');
  const std::size_t column = newline == text.npos ? at + 1 : at - newline;
  return message + " (line " + std::to_string(line) + ", column " + std::to_string(column) + ")" + advice;
}

void read_metadata_apart(std::string_view text, Value& document, Findings& findings, SyntaxError error) {
  const std::vector<FoundMetadata> found = find_metadata(text);
  if (found.empty()) return findings.fail(Error::Kind::file, not_json(text, error));
  const std::string strict = without(text, found);
  document = Value();
  if (const auto again = parse_json(strict, document))
    return findings.fail(Error::Kind::file, not_json(strict, *again));
  for (const FoundMetadata& where : found) {
    Value metadata;
    if (const auto wrong = parse_json(cleaned(text.substr(where.start, where.end - where.start)), metadata)) {
      findings.warnings.push_back(where.location() + ": not valid JSON: " + wrong->what + "; ignored");
      metadata = Value::null();
    }
    put(document, where, std::move(metadata));
  }
}

}  // namespace

Value read_document(std::string_view text, std::int64_t max_bytes, Findings& findings) {
  Value document;
  const auto fail = [&](std::string message) { findings.fail(Error::Kind::file, std::move(message)); };
  const std::int64_t most = max_bytes / kParsedPerText;
  if (static_cast<std::int64_t>(text.size()) > most) {
    fail("the file has more than " + base::grouped(most) +
         " bytes, a fortieth of what it may make this program allocate");
    return document;
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.find_first_not_of(" \t\n\r\v\f") == text.npos) {
    fail(std::string("the file is empty; ") + kAgain);
    return document;
  }
  if (auto foreign = foreign_bytes(text)) {
    fail(*std::move(foreign));
    return document;
  }
  if (auto error = parse_json(text, document))
    read_metadata_apart(text, document, findings, *std::move(error));
  if (!findings.error)
    if (auto foreign = foreign_json(document)) {
      // An array can hold models: then the file's shape is wrong, not its kind.
      const bool array = document.is(Value::Kind::array);
      findings.fail(array ? Error::Kind::config : Error::Kind::file, *std::move(foreign));
    }
  return document;
}

}  // namespace nam_core::detail::nam_file
