// The arguments of the hosts: PROGRAM PLUGIN RATE IN.f32 OUT.f32 SETTINGS...
//
// A setting is NAME=VALUE:
//   block=N       frames per call; 0: a length that changes with every call
//   model=PATH    the amplifier's file; cabinet=PATH: the cabinet's
//   state=FILE    restores a state; save=FILE: saves it at the end
//   loads=N       loads files or states N times while the signal plays again and again
//   paced=1       blocks come in time, as from a sound card; loads=N implies it
//   rates=N       changes the sample rate and the longest block N times before the signal
//   other names   the value of a parameter
#pragma once

#include <map>

#include "checking.hpp"

struct HostArguments {
  HostArguments(char** argv, int argc) : rate(std::atof(argv[2])), dry(read_signal(argv[3])) {
    for (int i = 5; i < argc; ++i) {
      const auto [key, value] = setting_in(argv[i]);
      if (key == "block")
        block = std::stoi(value);
      else if (key == "loads")
        loads = std::stoi(value);
      else if (key == "rates")
        rates = std::stoi(value);
      else if (key == "paced")
        paced = value == "1";
      else if (key == "model")
        files[0] = value;
      else if (key == "cabinet")
        files[1] = value;
      else if (key == "state")
        state = value;
      else if (key == "save")
        save = value;
      else
        values[key] = std::stod(value);
    }
    paced = paced || loads > 0;
  }

  double rate;  // Hz
  Signal dry;
  int block = 64, loads = 0, rates = 0;
  bool paced = false;
  std::string files[kSlots], state, save;
  std::map<std::string, double> values;
};
