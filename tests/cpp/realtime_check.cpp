// Counts allocations during process() and reset(), of every model, while another thread changes sizes.
//
// Built plain, it counts malloc and its relatives; under a sanitizer new and delete, while the sanitizer
// looks for what it is for. Exit status 0: none was counted.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "allocations.hpp"
#include "stream.hpp"

namespace {

// The counter has to fire.
bool counter_works() {
  const std::int64_t before = allocations();
  {
    const CountAllocations counting;
    std::make_unique<std::vector<int>>(100);
  }
  const std::int64_t counted = allocations() - before;
  std::make_unique<std::vector<int>>(100);  // not counted any more
  return counted == 4 && allocations() == before + counted;
}

// Copies that another thread makes; the thread sanitizer looks for what they read while it is written.
template <class T>
void copy_between_blocks(Stream<T>& stream, int calls) {
  std::mutex gate;
  std::atomic<bool> ended{false};
  std::thread copier([&] {
    for (unsigned number = 0; !ended.load(); ++number) {
      if (stream.copy(gate)) stream.change_size(number);
      std::this_thread::yield();
    }
  });
  for (int number = 0; number < calls; ++number) stream.play_behind(gate);
  ended = true;
  copier.join();
}

template <class T>
std::int64_t count(const NamedModel& model, int calls) {
  Stream<T> stream(model);
  std::atomic<bool> ended{false};
  std::thread changer([&] {
    for (unsigned number = 0; !ended.load(); ++number) stream.change_size(number * 2654435761u >> 16);
  });
  const std::int64_t before = allocations();
  {
    const CountAllocations counting;
    for (int number = 0; number < calls; ++number) stream.play(number);
  }
  ended = true;
  changer.join();
  if (!stream.finite()) std::printf("%s: output is not finite\n", model.name.c_str());
  copy_between_blocks(stream, calls / 10);
  return allocations() - before + (stream.finite() ? 0 : 1);
}

}  // namespace

// The argument: calls of process per stream, 3000 without it.
int main(int argc, char** argv) {
  const int calls = argc > 1 ? std::atoi(argv[1]) : 3000;
  if (!counter_works()) {
    std::puts("the counter does not count");
    return 2;
  }
  int faults = 0, streams = 0;
  for (const NamedModel& model : models()) {
    const std::int64_t counted = count<float>(model, calls) + count<double>(model, calls);
    if (counted > 0)
      std::printf("%s: %lld allocations\n", model.name.c_str(), static_cast<long long>(counted));
    faults += counted > 0;
    streams += 2;
  }
  std::printf("%d streams, %d calls each: %d with allocations\n", streams, calls, faults);
  return faults > 0 || streams == 0;
}
