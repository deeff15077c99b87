#include "nam_core/nam_file.hpp"

#include <algorithm>

#include "nam_file/document.hpp"
#include "nam_file/lowering.hpp"
#include "nam_file/schema.hpp"
#include "nam_file/slimming.hpp"

namespace nam_core {

namespace reader = detail::nam_file;

Result<NamFile> read_nam(std::string_view text, const ReadOptions& options) {
  reader::Findings findings;
  reader::ModelPointer model;
  {
    const reader::Value document = reader::read_document(text, options.max_bytes, findings);
    if (!findings.error) model = reader::Schema(options).read_model(reader::Cursor(document, findings));
  }
  if (findings.error) return *std::move(findings.error);
  Result<std::vector<reader::SlimModel>> slim = reader::slim_models(model);
  if (!slim) return slim.error();

  NamFile file;
  const auto arena = std::make_shared<reader::Arena>();
  for (const reader::SlimModel& one : *slim) {
    file.sizes_.push_back(one.size);
    file.descriptions_.push_back(reader::lower(one.model, *arena));
  }
  file.kept_ = arena;
  file.version_ = model->version;
  file.architecture_ = model->architecture;
  file.in_channels_ = reader::in_channels(model);
  file.out_channels_ = reader::out_channels(model);
  file.sample_rate_ = model->sample_rate;
  file.metadata_ = model->metadata;
  file.warnings_ = std::move(findings.warnings);
  return file;
}

std::size_t NamFile::size_at(double quality) const noexcept {
  std::size_t index = 0;
  while (index + 1 < sizes_.size() && !(quality < sizes_[index].high)) ++index;
  return index;
}

}  // namespace nam_core
