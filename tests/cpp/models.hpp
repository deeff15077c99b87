// The models that the programs here run: describe_models.py writes them.
#pragma once

#include <bit>
#include <string>

#include "engine/engine.hpp"

struct NamedModel {
  std::string name;
  int receptive_field;  // the longest of all sizes
  std::vector<nam::engine::ModelDescription> sizes;
};

std::vector<NamedModel> models();
