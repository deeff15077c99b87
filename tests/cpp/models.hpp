// The models that the programs here run: describe_models.py writes them.
#pragma once

#include <string>
#include <vector>

#include "nam_core/description.hpp"

struct NamedModel {
  std::string name;
  int receptive_field;  // the longest of all sizes
  std::vector<nam_core::ModelDescription> sizes;
  // Of a chain: the sizes of each of its models. Of another model: `sizes`.
  std::vector<std::vector<nam_core::ModelDescription>> parts;
  bool is_chain() const { return parts.size() > 1; }
};

const std::vector<NamedModel>& models();
