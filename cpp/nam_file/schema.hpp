// The grammar of .nam files: turns JSON values into the types of config.hpp (format 1 to 3, 7 to 9, 15). Each
// function corresponds to one of Python's format/schema and checks the same things in the same order, so that
// both readers report the same first error. Results are valid only if the Findings have no error.
#pragma once

#include "nam_file/config.hpp"
#include "nam_file/cursor.hpp"

namespace nam_core::detail::nam_file {

// Reads models that are nested in a model.
class Schema {
 public:
  explicit Schema(const ReadOptions& options) : options_(options) {}

  // The complete model at the cursor; null after an error.
  ModelPointer read_model(const Cursor& cursor, int nesting = 0) const;

 private:
  Config read_config(const Cursor& cursor, int nesting) const;
  WaveNet read_wavenet(const Cursor& cursor, int nesting) const;
  Container read_container(const Cursor& cursor, int nesting) const;
  Sequential read_sequential(const Cursor& cursor, int nesting) const;

  const ReadOptions& options_;
};

LayerArray read_layer_array(const Cursor& cursor);
Lstm read_lstm(const Cursor& cursor);
ConvNet read_convnet(const Cursor& cursor);
Linear read_linear(const Cursor& cursor);
// `class_names`: a name may start with an underscore, as in ConvNet files (format D34).
Activation read_activation(const Cursor& cursor, bool class_names = false);
// Refuses per-channel slopes unless there is 1, or one for each of `channels` (format D8c, D42).
void check_slopes(const Activation& activation, int channels, const Cursor& cursor);

struct Width {
  const char* name;
  std::int64_t channels;
};
// Refuses a group count that does not divide these widths. `cursor` is the count, or the object that holds
// it.
void check_groups(const Cursor& cursor, int groups, const std::vector<Width>& widths);

std::string read_version(const Cursor& cursor);
Metadata read_metadata(const Cursor& cursor);
std::vector<float> read_weights(const Cursor& cursor);

}  // namespace nam_core::detail::nam_file
