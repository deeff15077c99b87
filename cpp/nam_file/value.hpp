// JSON values, as a file states them: integers apart from other numbers, keys in no particular order.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "nam_file/packed_number.hpp"

namespace nam_core::detail::nam_file {

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
  // An empty array.
  static Value array() {
    Value made(Kind::array);
    made.numbers_ = new Numbers;
    made.packed_ = true;
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
    if (kind_ == Kind::array && packed_) delete numbers_;
    if (kind_ == Kind::array && !packed_) delete array_;
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
  // Adds an entry to an array.
  void append(Value entry) {
    if (packed_ && entry.is_number() && PackedNumber::fits(entry.is(Kind::integer), entry.magnitude_))
      numbers_->push_back(entry.is(Kind::real) ? PackedNumber(entry.real_)
                                               : PackedNumber(entry.magnitude_, entry.negative_));
    else
      items().push_back(std::move(entry));
  }
  std::size_t size() const noexcept { return packed_ ? numbers_->size() : array_->size(); }
  bool has_number(std::size_t index) const noexcept { return packed_ || (*array_)[index].is_number(); }
  double number(std::size_t index) const noexcept {
    return packed_ ? (*numbers_)[index].value() : (*array_)[index].as_number();
  }
  // All entries of an array. An array of numbers takes twice the memory from then on.
  const Array& items() const {
    unpack();
    return *array_;
  }
  Array& items() {
    unpack();
    return *array_;
  }
  const Object& members() const noexcept { return *object_; }
  Object& members() noexcept { return *object_; }

 private:
  using Numbers = std::vector<PackedNumber>;

  explicit Value(Kind kind) : kind_(kind) {}
  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(negative_, other.negative_);
    std::swap(packed_, other.packed_);
    std::swap(magnitude_, other.magnitude_);
  }
  void unpack() const {
    if (!packed_) return;
    const std::unique_ptr<Numbers> numbers(numbers_);
    array_ = new Array;
    packed_ = false;
    array_->reserve(numbers->size());
    for (const PackedNumber& number : *numbers)
      array_->push_back(number.is_integer() ? integer(number.magnitude(), number.negative())
                                            : real(number.value()));
  }

  Kind kind_ = Kind::missing;
  bool negative_ = false;
  // Of an array: whether its entries are in numbers_, and not in array_. A file has a number for each weight.
  mutable bool packed_ = false;
  union {
    std::uint64_t magnitude_ = 0;
    double real_;
    std::string* text_;
    mutable Numbers* numbers_;
    mutable Array* array_;
    Object* object_;
  };
};

}  // namespace nam_core::detail::nam_file
