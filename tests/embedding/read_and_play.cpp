// A host that reads a .nam file, as docs/embedding.md shows it. Raw float32 samples, mono, go from standard
// input to standard output. For a file that cannot be played it says why, and ends with status 2.
#include <cstdio>
#include <fstream>
#include <iterator>

#include <nam_core/nam_file.hpp>

namespace {

int show(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return 2;
}

}  // namespace

int main(int, char** arguments) {
  std::ifstream stream(arguments[1], std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  auto file = nam_core::read_nam(text);
  if (!file) return show(file.error().text());
  auto model = nam_core::Model::make(file->descriptions(), file->size_at(1.0));
  if (!model) return show(model.error().text());
  float block[64];
  while (const std::size_t frames = std::fread(block, sizeof(float), 64, stdin)) {
    model->process(block, block, static_cast<std::ptrdiff_t>(frames));
    if (std::fwrite(block, sizeof(float), frames, stdout) != frames) return 1;
  }
  return 0;
}
