// Loads models and changes sizes while the audio thread runs, and counts what that thread allocates. Then
// runs it under a filter by which the kernel kills it at any system call (see
// tests/cpp/system_call_check.cpp).
//
//     player_realtime_check LOADS CABINET.wav MODEL.nam...
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <thread>

#include "allocations.hpp"
#include "checking.hpp"

namespace {

// Plays a block. Its number decides its length, and which parameters the host changes before it.
void play_block(Player& player, Signal& signal, int number) {
  static constexpr int kFrames[] = {1, 17, 64, 128, 300, 1024};
  if (number % 3 == 0)
    player.set(static_cast<Parameter>(number / 3 % kParameters), static_cast<float>(number % 7) / 6.0f);
  if (number % 50 == 0) player.set(Parameter::gate, number % 100 ? -60.0f : kGateOff);
  if (number % 500 == 499) player.reset();
  float* rows[] = {signal.data(), signal.data() + 1024};
  const float* in[] = {rows[0], rows[1]};
  player.process(in, rows, kFrames[number % 6]);
}

void count_allocations(const std::vector<std::string>& files, int loads, double rate) {
  Player player(rate, 2);
  std::atomic<bool> ended{false};
  std::thread loader([&] {
    for (int i = 0; i < loads; ++i) {
      const std::string& path = files[static_cast<std::size_t>(i) % files.size()];
      const SlotName slot = i % 3 == 0 ? SlotName::cabinet : SlotName::amp;
      if (i % 11 == 10)
        player.unload(slot);
      else if (auto words = player.load(slot, path))
        expect(false, *words);
      player.set(Parameter::quality, static_cast<float>(i % 4) / 3.0f);
      if (player.wants_tending()) player.tend();
    }
    ended = true;
  });
  const std::int64_t before = allocations();
  int blocks = 0;
  for (; !ended.load() || blocks < 1000; ++blocks) {
    Signal signal = noise(2048);
    const CountAllocations counting;
    play_block(player, signal, blocks);
    for (const float sample : signal)
      if (!std::isfinite(sample)) ended = true, ++failures;
  }
  loader.join();
  expect(allocations() == before,
         std::to_string(allocations() - before) + " allocations in the audio thread");
  std::printf("%d loads at %g Hz while %d blocks played\n", loads, rate, blocks);
}

// After this call the calling thread may make no system call but exit.
bool forbid_system_calls() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  sock_fprog filter{sizeof program / sizeof program[0], program};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

template <class Work>
bool survives(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    if (!forbid_system_calls()) _exit(3);
    work();
    syscall(SYS_exit, 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void check_system_calls(const std::vector<std::string>& files, double rate) {
  for (const std::string& path : files) {
    Player player(rate, 2);
    Signal signal = noise(2048);
    player.load(SlotName::cabinet, files.front());
    player.load(SlotName::amp, path);
    play_block(player, signal, 1);
    // At the start both a fade between models and a fade between sizes are going on.
    player.load(SlotName::amp, path);
    player.set(Parameter::quality, 0.0f);
    player.tend();
    expect(survives([&] {
             for (int number = 0; number < 600; ++number) play_block(player, signal, number);
           }),
           path + ": a system call in the audio thread");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::vector<std::string> files(argv + 2, argv + argc);
  {
    const CountAllocations counting;
    const auto made = std::make_unique<std::vector<int>>(100);
  }
  expect(allocations() == 4, "the counter counts allocations");
  expect(!survives([] { getppid(); }) && survives([] {}), "system calls are found");
  for (const double rate : {48000.0, 44100.0}) {
    count_allocations(files, std::atoi(argv[1]), rate);
    check_system_calls(files, rate);
  }
  return report("player_realtime_check");
}
