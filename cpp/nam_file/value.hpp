// JSON values, as a file states them: integers apart from other numbers, keys in no particular order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nam_core::detail::nam_file {

// It takes only 16 bytes, because a file has a value for each of its weights.
class Value {
 public:
  enum class Kind : unsigned char { missing, null, boolean, integer, real, text, array, object };
  using Array = std::vector<Value>;
  using Object = std::map<std::string, Value, std::less<>>;

  Value() = default;
  static Value null() { return Value(Kind::null); }
  static Value boolean(bool value) {
    Value made(Kind::boolean);
    made.magnitude_ = value;
    return made;
  }
  static Value integer(std::uint64_t magnitude, bool negative) {
    Value made(Kind::integer);
    made.magnitude_ = magnitude;
    made.negative_ = negative;
    return made;
  }
  static Value real(double value) {
    Value made(Kind::real);
    made.real_ = value;
    return made;
  }
  static Value text(std::string value) {
    Value made(Kind::text);
    made.text_ = new std::string(std::move(value));
    return made;
  }
  static Value array() {
    Value made(Kind::array);
    made.array_ = new Array;
    return made;
  }
  static Value object() {
    Value made(Kind::object);
    made.object_ = new Object;
    return made;
  }

  Value(Value&& other) noexcept { swap(other); }
  Value& operator=(Value other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (kind_ == Kind::text) delete text_;
    if (kind_ == Kind::array) delete array_;
    if (kind_ == Kind::object) delete object_;
  }

  Kind kind() const noexcept { return kind_; }
  bool is(Kind kind) const noexcept { return kind_ == kind; }
  bool is_number() const noexcept { return is(Kind::integer) || is(Kind::real); }

  // Each may be called only for values of its kind, as_number() for both kinds of numbers.
  bool as_boolean() const noexcept { return magnitude_ != 0; }
  std::uint64_t magnitude() const noexcept { return magnitude_; }
  bool negative() const noexcept { return negative_; }
  double as_number() const noexcept {
    if (is(Kind::real)) return real_;
    const auto number = static_cast<double>(magnitude_);
    return negative_ ? -number : number;
  }
  const std::string& as_text() const noexcept { return *text_; }
  const Array& items() const noexcept { return *array_; }
  Array& items() noexcept { return *array_; }
  const Object& members() const noexcept { return *object_; }
  Object& members() noexcept { return *object_; }

 private:
  explicit Value(Kind kind) : kind_(kind) {}
  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(negative_, other.negative_);
    std::swap(magnitude_, other.magnitude_);
  }

  Kind kind_ = Kind::missing;
  bool negative_ = false;
  union {
    std::uint64_t magnitude_ = 0;
    double real_;
    std::string* text_;
    Array* array_;
    Object* object_;
  };
};

}  // namespace nam_core::detail::nam_file
