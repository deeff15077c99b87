// What a VST3 host gives to a plug-in: its name, messages, streams, a frame around a window with a loop of
// timers. The interfaces are those of travesty, DPF's description of VST3 in C: an object is a table of
// functions, and what is handed out is a pointer to a pointer to it.
#pragma once

#include <travesty/audio_processor.h>
#include <travesty/component.h>
#include <travesty/edit_controller.h>
#include <travesty/factory.h>
#include <travesty/host.h>

#include <map>
#include <vector>

#include "dpf_states.hpp"

// The table of one interface, and whatever belongs to the object behind it.
template <class Functions, class State>
struct HostObject : v3_funknown {
  explicit HostObject(const v3_tuid& iid) {
    std::memcpy(own, iid, sizeof own);
    query_interface = [](void* object, const v3_tuid wanted, void** found) -> v3_result {
      HostObject& us = of(object);
      *found = v3_tuid_match(wanted, us.own) || v3_tuid_match(wanted, v3_funknown_iid) ? object
               : us.other && v3_tuid_match(wanted, us.other_iid)                       ? us.other
                                                                                       : nullptr;
      return *found ? V3_OK : V3_NO_INTERFACE;
    };
    // All of them outlive what they are given to.
    ref = unref = [](void*) -> std::uint32_t { return 1; };
  }
  HostObject(const HostObject&) = delete;
  HostObject& operator=(const HostObject&) = delete;

  static HostObject& of(void* object) { return **static_cast<HostObject**>(object); }
  template <class Interface>
  Interface** as() {
    return reinterpret_cast<Interface**>(&self);
  }

  Functions functions{};  // right behind those of v3_funknown
  State state{};
  v3_tuid own{}, other_iid{};
  void* other = nullptr;  // a second interface, or null
  HostObject* self = this;
};

struct Stream : HostObject<v3_bstream, Text> {
  explicit Stream(std::string bytes = {}) : HostObject(v3_bstream_iid) {
    state.bytes = std::move(bytes);
    functions.read = [](void* object, void* to, std::int32_t size, std::int32_t* read) -> v3_result {
      *read = static_cast<std::int32_t>(of(object).state.read(to, static_cast<std::size_t>(size)));
      return V3_OK;
    };
    functions.write = [](void* object, void* from, std::int32_t size, std::int32_t* written) -> v3_result {
      of(object).state.bytes.append(static_cast<const char*>(from), static_cast<std::size_t>(size));
      if (written) *written = size;
      return V3_OK;
    };
  }
};

// A message's values: integers and numbers, and texts and data as bytes.
struct Attributes : HostObject<v3_attribute_list, std::map<std::string, std::string>> {
  Attributes() : HostObject(v3_attribute_list_iid) {
    functions.set_int = [](void* o, const char* id, std::int64_t value) {
      return put(o, id, &value, sizeof value);
    };
    functions.get_int = [](void* o, const char* id, std::int64_t* value) {
      return get(o, id, value, sizeof *value);
    };
    functions.set_float = [](void* o, const char* id, double value) {
      return put(o, id, &value, sizeof value);
    };
    functions.get_float = [](void* o, const char* id, double* value) {
      return get(o, id, value, sizeof *value);
    };
    functions.set_string = [](void* o, const char* id, const std::int16_t* text) {
      std::size_t length = 0;
      while (text[length++]) {
      }
      return put(o, id, text, length * sizeof *text);
    };
    functions.get_string = [](void* o, const char* id, std::int16_t* text, std::uint32_t size) {
      return get(o, id, text, size);
    };
    functions.set_binary = [](void* o, const char* id, const void* data, std::uint32_t size) {
      return put(o, id, data, size);
    };
    functions.get_binary = [](void* o, const char* id, const void** data, std::uint32_t* size) -> v3_result {
      const auto found = of(o).state.find(id);
      if (found == of(o).state.end()) return V3_INVALID_ARG;
      *data = found->second.data();
      *size = static_cast<std::uint32_t>(found->second.size());
      return V3_OK;
    };
  }

 private:
  static v3_result put(void* object, const char* id, const void* data, std::size_t size) {
    of(object).state[id].assign(static_cast<const char*>(data), size);
    return V3_OK;
  }
  static v3_result get(void* object, const char* id, void* to, std::size_t size) {
    const auto found = of(object).state.find(id);
    if (found == of(object).state.end()) return V3_INVALID_ARG;
    std::memcpy(to, found->second.data(), std::min(size, found->second.size()));
    return V3_OK;
  }
};

struct MessageState {
  std::string id;
  Attributes attributes;
};
struct Message : HostObject<v3_message, MessageState> {
  Message() : HostObject(v3_message_iid) {
    functions.get_message_id = [](void* o) { return of(o).state.id.c_str(); };
    functions.set_message_id = [](void* o, const char* id) { of(o).state.id = id; };
    functions.get_attributes = [](void* o) { return of(o).state.attributes.as<v3_attribute_list>(); };
    unref = [](void* o) -> std::uint32_t {
      delete static_cast<Message*>(&of(o));
      return 0;
    };
  }
};

struct Nothing {};
struct HostApplication : HostObject<v3_host_application, Nothing> {
  HostApplication() : HostObject(v3_host_application_iid) {
    functions.get_name = [](void*, v3_str_128 name) -> v3_result {
      return name[0] = 'h', name[1] = 0, V3_OK;
    };
    functions.create_instance = [](void*, v3_tuid, v3_tuid wanted, void** made) -> v3_result {
      if (!v3_tuid_match(wanted, v3_message_iid)) return V3_NO_INTERFACE;
      *made = (new Message)->as<v3_message>();
      return V3_OK;
    };
  }
};

// Where a plug-in tells parameters that it has changed: nobody listens.
struct ParameterQueue : HostObject<v3_param_value_queue, Nothing> {
  ParameterQueue() : HostObject(v3_param_value_queue_iid) {
    functions.add_point = [](void*, std::int32_t, double, std::int32_t*) -> v3_result { return V3_OK; };
  }
};
struct ParameterChanges : HostObject<v3_param_changes, ParameterQueue> {
  ParameterChanges() : HostObject(v3_param_changes_iid) {
    functions.get_param_count = [](void*) -> std::int32_t { return 0; };
    functions.add_param_data = [](void* o, v3_param_id*, std::int32_t*) {
      return of(o).state.as<v3_param_value_queue>();
    };
  }
};

// Hears what is turned in the window, and tells the controller, as a host does that plays nothing back.
struct EditHandler : HostObject<v3_component_handler, v3_edit_controller**> {
  EditHandler() : HostObject(v3_component_handler_iid) {
    functions.begin_edit = functions.end_edit = [](void*, v3_param_id) -> v3_result { return V3_OK; };
    functions.perform_edit = [](void* o, v3_param_id id, double value) {
      v3_edit_controller** controller = of(o).state;
      return v3_cpp_obj(controller)->set_parameter_normalised(controller, id, value);
    };
    functions.restart_component = [](void*, std::int32_t) -> v3_result { return V3_OK; };
  }
};

// What runs now and then on the host's main thread.
struct RunLoop : HostObject<v3_run_loop, std::vector<v3_timer_handler**>> {
  RunLoop() : HostObject(v3_run_loop_iid) {
    functions.register_event_handler = [](void*, v3_event_handler**, int) -> v3_result { return V3_OK; };
    functions.unregister_event_handler = [](void*, v3_event_handler**) -> v3_result { return V3_OK; };
    functions.register_timer = [](void* o, v3_timer_handler** timer, std::uint64_t) -> v3_result {
      of(o).state.push_back(timer);
      return V3_OK;
    };
    functions.unregister_timer = [](void* o, v3_timer_handler** timer) -> v3_result {
      std::erase(of(o).state, timer);
      return V3_OK;
    };
  }
  void run() {
    for (v3_timer_handler** timer : std::vector(state)) v3_cpp_obj(timer)->on_timer(timer);
  }
};

struct Frame : HostObject<v3_plugin_frame, Nothing> {
  explicit Frame(RunLoop& loop) : HostObject(v3_plugin_frame_iid) {
    other = loop.as<v3_run_loop>();
    std::memcpy(other_iid, v3_run_loop_iid, sizeof other_iid);
    functions.resize_view = [](void*, v3_plugin_view** view, v3_view_rect* size) -> v3_result {
      return v3_cpp_obj(view)->on_size(view, size);
    };
  }
};
