// An LV2 host without a window, on lilv, with the threads of a real host.
//
//     lv2_host URI RATE IN.f32 OUT.f32 SETTINGS...      LV2_PATH names the folder of the bundle
//
// host_arguments.hpp lists the settings. Parameters go by the symbol of their port. The files of the slots
// are sent as messages, and loads=N sends N of them. rates= has no effect.
#include <lilv/lilv.h>
#include <lv2/atom/forge.h>
#include <lv2/atom/util.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/urid/urid.h>
#include <lv2/worker/worker.h>

#include <filesystem>
#include <mutex>

#include "audio_thread.hpp"
#include "host_arguments.hpp"

namespace {

std::map<std::string, LV2_URID> ids;
std::vector<const char*> names;
std::mutex ids_mutex;
LV2_URID map_uri(LV2_URID_Map_Handle, const char* uri) {
  const std::scoped_lock lock(ids_mutex);
  const auto [found, added] = ids.emplace(uri, static_cast<LV2_URID>(ids.size() + 1));
  if (added) names.push_back(found->first.c_str());
  return found->second;
}
const char* unmap_uri(LV2_URID_Unmap_Handle, LV2_URID id) {
  const std::scoped_lock lock(ids_mutex);
  return names.at(id - 1);
}

LilvInstance* instance;
const LV2_Worker_Interface* worker;

// One queue each way, of room made beforehand: the audio thread of this host must not allocate either.
struct Queue {
  static constexpr std::size_t kRoom = 256;
  struct Item {
    std::uint32_t size;
    char bytes[4096];
  };
  std::vector<Item> items = std::vector<Item>(kRoom);
  std::atomic<std::size_t> written{0}, read{0};
  bool push(std::uint32_t size, const void* data) {
    if (size > sizeof items[0].bytes || written - read == kRoom) return false;
    Item& item = items[written % kRoom];
    item.size = size;
    std::memcpy(item.bytes, data, size);
    ++written;
    return true;
  }
  const Item* front() const { return read == written ? nullptr : &items[read % kRoom]; }
};
Queue requests, responses;

LV2_Worker_Status schedule(LV2_Worker_Schedule_Handle, std::uint32_t size, const void* data) {
  return requests.push(size, data) ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_NO_SPACE;
}
LV2_Worker_Status respond(LV2_Worker_Respond_Handle, std::uint32_t size, const void* data) {
  return responses.push(size, data) ? LV2_WORKER_SUCCESS : LV2_WORKER_ERR_NO_SPACE;
}
void do_work() {
  while (const Queue::Item* item = requests.front()) {
    worker->work(lilv_instance_get_handle(instance), respond, nullptr, item->size, item->bytes);
    ++requests.read;
  }
}

// Messages of one run, written by the host, and read from the plug-in.
struct Messages {
  explicit Messages(LV2_URID_Map& map) { lv2_atom_forge_init(&forge, &map); }
  void begin() {
    lv2_atom_forge_set_buffer(&forge, control, sizeof control);
    lv2_atom_forge_sequence_head(&forge, &sequence, 0);
  }
  void set(const std::string& property, const std::string& path) {
    LV2_Atom_Forge_Frame object;
    lv2_atom_forge_frame_time(&forge, 0);
    lv2_atom_forge_object(&forge, &object, 0, map_uri(nullptr, LV2_PATCH__Set));
    lv2_atom_forge_key(&forge, map_uri(nullptr, LV2_PATCH__property));
    lv2_atom_forge_urid(&forge, map_uri(nullptr, property.c_str()));
    lv2_atom_forge_key(&forge, map_uri(nullptr, LV2_PATCH__value));
    lv2_atom_forge_path(&forge, path.c_str(), static_cast<std::uint32_t>(path.size() + 1));
    lv2_atom_forge_pop(&forge, &object);
  }
  void end() {
    lv2_atom_forge_pop(&forge, &sequence);
    auto* out = reinterpret_cast<LV2_Atom_Sequence*>(notify);
    out->atom = {sizeof notify - sizeof(LV2_Atom), chunk};
  }
  void print() const {
    LV2_ATOM_SEQUENCE_FOREACH(reinterpret_cast<const LV2_Atom_Sequence*>(notify), event) {
      const LV2_Atom *property = nullptr, *value = nullptr;
      lv2_atom_object_get(reinterpret_cast<const LV2_Atom_Object*>(&event->body),
                          map_uri(nullptr, LV2_PATCH__property), &property,
                          map_uri(nullptr, LV2_PATCH__value), &value, 0);
      if (property && value)
        std::printf("%s = %s\n", unmap_uri(nullptr, reinterpret_cast<const LV2_Atom_URID*>(property)->body),
                    static_cast<const char*>(LV2_ATOM_BODY_CONST(value)));
    }
  }

  LV2_Atom_Forge forge;
  LV2_Atom_Forge_Frame sequence;
  LV2_URID chunk = map_uri(nullptr, LV2_ATOM__Chunk);
  alignas(8) std::uint8_t control[8192], notify[8192];
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const HostArguments arguments(argv, argc);
  const double rate = arguments.rate;
  const Signal& dry = arguments.dry;
  LilvWorld* world = lilv_world_new();
  lilv_world_load_all(world);
  LilvNode* uri = lilv_new_uri(world, argv[1]);
  const LilvPlugin* plugin = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), uri);
  if (!plugin) return std::puts("no such plug-in"), 3;

  LV2_URID_Map map{nullptr, map_uri};
  LV2_URID_Unmap unmap{nullptr, unmap_uri};
  LV2_Worker_Schedule scheduling{nullptr, schedule};
  const LV2_Feature map_feature{LV2_URID__map, &map}, unmap_feature{LV2_URID__unmap, &unmap},
      work_feature{LV2_WORKER__schedule, &scheduling};
  const LV2_Feature* features[] = {&map_feature, &unmap_feature, &work_feature, nullptr};
  instance = lilv_plugin_instantiate(plugin, rate, features);
  if (!instance) return std::puts("it cannot be made"), 4;
  worker = static_cast<const LV2_Worker_Interface*>(
      lilv_instance_get_extension_data(instance, LV2_WORKER__interface));

  // Ports by what the description says of them.
  const std::uint32_t ports = lilv_plugin_get_num_ports(plugin);
  std::vector<float> controls(ports), lows(ports), highs(ports);
  lilv_plugin_get_port_ranges_float(plugin, lows.data(), highs.data(), controls.data());
  LilvNode *audio_class = lilv_new_uri(world, LILV_URI_AUDIO_PORT),
           *input_class = lilv_new_uri(world, LILV_URI_INPUT_PORT);
  auto messages = std::make_unique<Messages>(map);
  std::vector<std::uint32_t> inputs, outputs;
  std::uint32_t latency_port = 0;
  for (std::uint32_t i = 0; i < ports; ++i) {
    const LilvPort* port = lilv_plugin_get_port_by_index(plugin, i);
    const std::string symbol = lilv_node_as_string(lilv_port_get_symbol(plugin, port));
    if (symbol == "latency") latency_port = i;
    if (lilv_port_is_a(plugin, port, audio_class))
      (lilv_port_is_a(plugin, port, input_class) ? inputs : outputs).push_back(i);
    else if (symbol == "control" || symbol == "notify")
      lilv_instance_connect_port(instance, i, symbol == "control" ? messages->control : messages->notify);
    else {
      const auto value = arguments.values.find(symbol);
      if (value != arguments.values.end()) controls[i] = static_cast<float>(value->second);
      lilv_instance_connect_port(instance, i, &controls[i]);
    }
  }
  if (!arguments.state.empty()) {
    LilvState* state = lilv_state_new_from_file(world, &map, nullptr, arguments.state.c_str());
    if (!state) return std::puts("the state cannot be read"), 5;
    lilv_state_restore(state, instance, nullptr, nullptr, 0, features);
    lilv_state_free(state);
  }
  lilv_instance_activate(instance);

  // One run without frames for the messages, and their work, before the sound begins.
  Signal played(dry), right(dry);
  float* rows[] = {played.data(), right.data()};
  const auto run = [&](std::size_t t, std::size_t frames) {
    for (std::size_t c = 0; c < inputs.size(); ++c) {
      lilv_instance_connect_port(instance, inputs[c], rows[c] + t);
      lilv_instance_connect_port(instance, outputs[c], rows[c] + t);
    }
    lilv_instance_run(instance, static_cast<std::uint32_t>(frames));
    while (const Queue::Item* item = responses.front()) {
      worker->work_response(lilv_instance_get_handle(instance), item->size, item->bytes);
      ++responses.read;
    }
  };
  std::string properties[kSlots];
  for (std::size_t i = 0; i < kSlots; ++i)
    properties[i] = std::string("urn:nam_core:player#") + kSlotSymbols[i];
  messages->begin();
  for (std::size_t i = 0; i < kSlots; ++i)
    if (!arguments.files[i].empty()) messages->set(properties[i], arguments.files[i]);
  messages->end();
  run(0, 0);
  do_work();
  messages->begin();
  messages->end();
  run(0, 0);
  messages->end();
  run(0, 0);
  messages->print();

  std::atomic<bool> ended{false};
  std::thread working([&] {
    while (!ended) {
      do_work();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  // As in a host, the audio thread is not the main one.
  AudioThread clock(rate, arguments.paced);
  MemoryWatch memory;
  std::atomic<int> asked{0};
  std::thread audio([&] {
    clock.begin();
    do {
      std::copy(dry.begin(), dry.end(), played.begin());
      for (std::size_t t = 0, count; t < dry.size(); t += count) {
        count = std::min(block_at(arguments.block, t), dry.size() - t);
        messages->begin();
        if (asked < arguments.loads && requests.front() == nullptr) {
          const std::size_t slot = arguments.files[1].empty() ? 0 : static_cast<std::size_t>(asked % 2);
          messages->set(properties[slot], arguments.files[slot]);
          ++asked;
        }
        messages->end();
        clock.block(count, [&] { run(t, count); });
      }
    } while (asked < arguments.loads);
  });
  while (asked < arguments.loads) {
    memory.note(asked, arguments.loads);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  audio.join();
  ended = true;
  working.join();
  clock.print();
  memory.print();
  std::printf("latency %g\n", static_cast<double>(controls[latency_port]));
  write_signal(argv[4], played);
  if (!arguments.save.empty()) {
    // lilv puts links to the files into this folder; without a folder it would leave the files out.
    const std::filesystem::path to(arguments.save);
    const std::string folder = to.parent_path().string() + "/" + to.stem().string();
    std::filesystem::create_directories(folder);
    LilvState* state =
        lilv_state_new_from_instance(plugin, instance, &map, nullptr, nullptr, folder.c_str(), folder.c_str(),
                                     nullptr, nullptr, LV2_STATE_IS_POD, features);
    lilv_state_save(world, &map, &unmap, state, nullptr, folder.c_str(), to.filename().c_str());
    lilv_state_free(state);
  }
  lilv_instance_deactivate(instance);
  lilv_instance_free(instance);
  for (LilvNode* node : {uri, audio_class, input_class}) lilv_node_free(node);
  lilv_world_free(world);
}
