// Prints the time that models take in the LV2 plug-in of NeuralAudio (neural-amp-modeler-lv2, which you
// build), in blocks of 64 frames, as plugin_bench does for ours.
//
//     neural_audio_bench neural_amp_modeler.so MODEL.nam...
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>

#include "checking.hpp"
#include "lv2_bench.hpp"

namespace {

constexpr const char* kModel = "http://github.com/mikeoliphant/neural-amp-modeler-lv2#model";
constexpr int kSettlingBlocks = 500;  // the ramps of the levels end

// What the plug-in wants done by another thread, and the answers; this host does it between blocks.
using Message = std::vector<char>;
std::vector<Message> jobs, answers;
LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle, std::uint32_t size, const void* data) {
  jobs.emplace_back(static_cast<const char*>(data), static_cast<const char*>(data) + size);
  return LV2_WORKER_SUCCESS;
}
LV2_Worker_Status respond(LV2_Worker_Respond_Handle, std::uint32_t size, const void* data) {
  answers.emplace_back(static_cast<const char*>(data), static_cast<const char*>(data) + size);
  return LV2_WORKER_SUCCESS;
}
void do_jobs(const LV2_Worker_Interface& worker, LV2_Handle instance) {
  while (!jobs.empty()) {
    for (const Message& job : std::exchange(jobs, {}))
      worker.work(instance, respond, nullptr, static_cast<std::uint32_t>(job.size()), job.data());
    for (const Message& answer : std::exchange(answers, {}))
      worker.work_response(instance, static_cast<std::uint32_t>(answer.size()), answer.data());
  }
}

std::string model;
const void* retrieve(LV2_State_Handle, std::uint32_t key, std::size_t* size, std::uint32_t* type,
                     std::uint32_t*) {
  *size = model.size() + 1;
  *type = map_uri(nullptr, LV2_ATOM__Path);
  return key == map_uri(nullptr, kModel) ? model.c_str() : nullptr;
}
char* absolute_path(LV2_State_Map_Path_Handle, const char* path) { return strdup(path); }

}  // namespace

int main(int argc, char** argv) {
  const LV2_Descriptor* plugin = argc > 2 ? open_plugin(argv[1]) : nullptr;
  if (!plugin) return 2;
  LV2_URID_Map map{nullptr, map_uri};
  LV2_Worker_Schedule scheduling{nullptr, schedule};
  LV2_State_Map_Path paths{nullptr, nullptr, absolute_path};
  const std::int32_t longest = kBlock;
  const LV2_Options_Option options[] = {
      {LV2_OPTIONS_INSTANCE, 0, map_uri(nullptr, LV2_BUF_SIZE__maxBlockLength), sizeof(longest),
       map_uri(nullptr, LV2_ATOM__Int), &longest},
      {LV2_OPTIONS_INSTANCE, 0, 0, 0, 0, nullptr}};
  const LV2_Feature mapping{LV2_URID__map, &map}, work{LV2_WORKER__schedule, &scheduling};
  const LV2_Feature path{LV2_STATE__mapPath, &paths};
  const LV2_Feature option{LV2_OPTIONS__options, const_cast<LV2_Options_Option*>(options)};
  const LV2_Feature* features[] = {&mapping, &work, &path, &option, nullptr};
  const auto& state = extension<LV2_State_Interface>(*plugin, LV2_STATE__interface);
  const auto& worker = extension<LV2_Worker_Interface>(*plugin, LV2_WORKER__interface);
  Signal in = noise(kBlock);
  std::printf("%-28s %14s %10s\n", "model", "plug-in ns", "instances");
  for (int i = 2; i < argc; ++i) {
    model = argv[i];
    LV2_Handle instance = plugin->instantiate(plugin, kRate, "", features);
    Signal out(kBlock);
    float input_db = 0.0f, output_db = 0.0f, quality = 1.0f;
    LV2_Atom_Sequence events{};
    alignas(8) char notices[4096];
    auto* notice = reinterpret_cast<LV2_Atom_Sequence*>(notices);
    void* const ports[] = {&events, notice, in.data(), out.data(), &input_db, &output_db, &quality};
    for (std::uint32_t port = 0; port < std::size(ports); ++port)
      plugin->connect_port(instance, port, ports[port]);
    const auto play = [&] {
      events.atom = {sizeof(LV2_Atom_Sequence_Body), map_uri(nullptr, LV2_ATOM__Sequence)};
      notice->atom = {sizeof(notices) - sizeof(LV2_Atom), 0};
      plugin->run(instance, kBlock);
    };
    state.restore(instance, retrieve, nullptr, 0, features);
    do_jobs(worker, instance);
    for (int block = 0; block < kSettlingBlocks; ++block) play();
    // Without a model the plug-in copies.
    if (out == in) return 1;
    std::vector<double> taken;
    for (int round = 0; round < kRounds; ++round) taken.push_back(time_blocks(play));
    const std::string name = model.substr(model.rfind('/') + 1);
    std::printf("%-28s %14.1f %10.0f\n", name.c_str(), median(taken), instances(median(taken)));
    plugin->cleanup(instance);
  }
}
