// Prints the time that models take in the LV2 plug-in and in the engine alone, in blocks of 64 frames. The
// two run in turn, and the clock is the thread's processor time, so that other programs disturb little.
//
//     plugin_bench nam_core.so MODEL.nam...
#include <lv2/state/state.h>
#include <lv2/worker/worker.h>

#include "checking.hpp"
#include "lv2_bench.hpp"

namespace {

LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle, std::uint32_t, const void*) {
  return LV2_WORKER_SUCCESS;
}

std::string model;
const void* retrieve(LV2_State_Handle, std::uint32_t key, std::size_t* size, std::uint32_t*, std::uint32_t*) {
  *size = model.size() + 1;
  return key == map_uri(nullptr, "urn:nam_core:player#model") ? model.c_str() : nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  const LV2_Descriptor* plugin = argc > 2 ? open_plugin(argv[1]) : nullptr;
  if (!plugin) return 2;
  LV2_URID_Map map{nullptr, map_uri};
  LV2_Worker_Schedule worker{nullptr, schedule};
  const LV2_Feature map_feature{LV2_URID__map, &map}, work_feature{LV2_WORKER__schedule, &worker};
  const LV2_Feature* features[] = {&map_feature, &work_feature, nullptr};
  const auto& state = extension<LV2_State_Interface>(*plugin, LV2_STATE__interface);
  const Signal in = noise(kBlock);
  std::printf("%-28s %14s %14s %8s %10s\n", "model", "engine ns", "plug-in ns", "ratio", "instances");
  for (int i = 2; i < argc; ++i) {
    model = argv[i];
    LV2_Handle instance = plugin->instantiate(plugin, kRate, "", features);
    float values[kParameters], latency = 0.0f, peaks[2];
    Signal out(kBlock), alone(kBlock);
    std::uint32_t port = 2;
    for (std::size_t k = 0; k < kParameters; ++k) {
      values[k] = static_cast<Parameter>(k) == Parameter::bypass ? 1.0f : kParameterInfos[k].initial;
      plugin->connect_port(instance, port++, &values[k]);
    }
    plugin->connect_port(instance, port++, &latency);
    for (float& peak : peaks) plugin->connect_port(instance, port++, &peak);
    plugin->connect_port(instance, port++, const_cast<float*>(in.data()));
    plugin->connect_port(instance, port, out.data());
    state.restore(instance, retrieve, nullptr, 0, features);
    plugin->activate(instance);
    auto capture = Capture::read(model);
    auto engine =
        nam_core::Model::make((*capture)->file()->descriptions(), (*capture)->file()->sizes().size() - 1);
    std::vector<double> inside, engines, ratios;
    for (int round = 0; round < kRounds; ++round) {
      engines.push_back(time_blocks([&] { engine->process(in.data(), alone.data(), kBlock); }));
      inside.push_back(time_blocks([&] { plugin->run(instance, kBlock); }));
      ratios.push_back(inside.back() / engines.back());
    }
    const std::string name = model.substr(model.rfind('/') + 1);
    std::printf("%-28s %14.1f %14.1f %8.3f %10.0f\n", name.c_str(), median(engines), median(inside),
                median(ratios), instances(median(inside)));
    plugin->cleanup(instance);
  }
}
