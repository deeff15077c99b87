// A VST3 plug-in as a host holds it: the module, the component with its processor and its controller.
#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "vst3_objects.hpp"

class Vst3Plugin {
 public:
  // `path` is that of the module in the bundle. A plug-in that cannot be made ends the program, with words.
  Vst3Plugin(const char* path, double rate, int longest_block) {
    void* module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!module) fail(dlerror());
    reinterpret_cast<bool (*)(void*)>(dlsym(module, "ModuleEntry"))(module);
    const auto make_factory = reinterpret_cast<v3_plugin_factory** (*)()>(dlsym(module, "GetPluginFactory"));
    v3_plugin_factory** factory = make_factory();
    v3_class_info info{};
    if (v3_cpp_obj(factory)->get_class_info(factory, 0, &info) != V3_OK ||
        v3_cpp_obj(factory)->create_instance(factory, info.class_id, v3_component_iid,
                                             reinterpret_cast<void**>(&component_)) != V3_OK)
      fail("the factory makes no component");
    v3_cpp_obj_initialize(component_, host_.as<v3_funknown>());
    v3_cpp_obj_query_interface(component_, v3_audio_processor_iid, &processor_);
    v3_cpp_obj_query_interface(component_, v3_edit_controller_iid, &controller_);
    if (!processor_ || !controller_) fail("it has no processor or no controller");
    v3_cpp_obj_initialize(controller_, host_.as<v3_funknown>());
    handler_.state = controller_;
    v3_cpp_obj(controller_)->set_component_handler(controller_, handler_.as<v3_component_handler>());
    set_up(rate, longest_block);
  }
  ~Vst3Plugin() {
    v3_cpp_obj(component_)->set_active(component_, false);
    v3_cpp_obj_terminate(controller_);
    v3_cpp_obj_unref(controller_);
    v3_cpp_obj_unref(processor_);
    v3_cpp_obj_terminate(component_);
    v3_cpp_obj_unref(component_);
  }
  Vst3Plugin(const Vst3Plugin&) = delete;
  Vst3Plugin& operator=(const Vst3Plugin&) = delete;

  // Main thread, while nothing is processed.
  void set_up(double rate, int longest_block) {
    v3_cpp_obj(component_)->set_active(component_, false);
    v3_process_setup setup{V3_REALTIME, V3_SAMPLE_32, longest_block, rate};
    if (v3_cpp_obj(processor_)->setup_processing(processor_, &setup) != V3_OK) fail("it does not play so");
    for (const int direction : {V3_INPUT, V3_OUTPUT})
      v3_cpp_obj(component_)->activate_bus(component_, V3_AUDIO, direction, 0, true);
    v3_cpp_obj(component_)->set_active(component_, true);
    v3_cpp_obj(processor_)->set_processing(processor_, true);
  }

  // Main thread.
  std::string state() {
    Stream stream;
    v3_cpp_obj(component_)->get_state(component_, stream.as<v3_bstream>());
    return stream.state.bytes;
  }
  bool load_state(const std::string& bytes) {
    Stream stream(bytes);
    return v3_cpp_obj(component_)->set_state(component_, stream.as<v3_bstream>()) == V3_OK;
  }
  struct Parameter {
    v3_param_id id;
    std::string name;
    double value;  // as people read it
  };
  std::vector<Parameter> parameters() {
    std::vector<Parameter> found;
    const std::int32_t count = v3_cpp_obj(controller_)->get_parameter_count(controller_);
    for (std::int32_t i = 0; i < count; ++i) {
      v3_param_info info{};
      v3_cpp_obj(controller_)->get_parameter_info(controller_, i, &info);
      std::string name;
      for (const std::int16_t* letter = info.title; *letter; ++letter) name += static_cast<char>(*letter);
      const double value = v3_cpp_obj(controller_)->get_parameter_normalised(controller_, info.param_id);
      found.push_back(
          {info.param_id, name,
           v3_cpp_obj(controller_)->normalised_parameter_to_plain(controller_, info.param_id, value)});
    }
    return found;
  }
  void set(v3_param_id id, double normalised) {
    v3_cpp_obj(controller_)->set_parameter_normalised(controller_, id, normalised);
  }
  std::uint32_t latency() { return v3_cpp_obj(processor_)->get_latency_samples(processor_); }
  v3_edit_controller** controller() { return controller_; }

  // Audio thread. Each row is input and output at once.
  void process(float** rows, int channels, int frames) noexcept {
    v3_audio_bus_buffers in{}, out{};
    in.num_channels = out.num_channels = channels;
    in.channel_buffers_32 = out.channel_buffers_32 = rows;
    v3_process_data data{};
    data.process_mode = V3_REALTIME;
    data.symbolic_sample_size = V3_SAMPLE_32;
    data.nframes = frames;
    data.num_input_buses = data.num_output_buses = 1;
    data.inputs = &in;
    data.outputs = &out;
    data.output_params = changes_.as<v3_param_changes>();
    v3_cpp_obj(processor_)->process(processor_, &data);
  }

 private:
  [[noreturn]] static void fail(const char* words) {
    std::puts(words);
    std::exit(3);
  }

  HostApplication host_;
  EditHandler handler_;
  ParameterChanges changes_;
  v3_component** component_ = nullptr;
  v3_audio_processor** processor_ = nullptr;
  v3_edit_controller** controller_ = nullptr;
};
