// A client of JACK for bench/jack_blocks.py, which says what is measured.
//
//     jack_bench NAME SECONDS                                      copies its input: a client that does
//     nothing jack_bench NAME SECONDS MODEL.nam                            plays the model in the callback
//     jack_bench NAME SECONDS IN.f32 OUT.f32 TO_PORT FROM_PORT     plays a file into a port, over and over,
//     and keeps
//                                                                  what comes out of another
#include <jack/jack.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "checking.hpp"

namespace {

// What a client is, and what its blocks took. The audio thread alone writes, until the client is closed.
struct Client {
  jack_client_t* jack = nullptr;
  jack_port_t *in = nullptr, *out = nullptr;
  Player* player = nullptr;
  Signal source, kept;  // empty: nothing is fed
  std::size_t at = 0;
  std::int64_t blocks = 0, late = 0;
  double busy = 0.0, worst_block = 0.0, worst_end = 0.0;  // shares of a block's duration
};

// A block is late when it ends later after the begin of its cycle than the cycle lasts.
int process(jack_nframes_t frames, void* data) {
  auto& client = *static_cast<Client*>(data);
  jack_nframes_t cycle = 0;
  jack_time_t began = 0, next = 0;
  float period = 0.0f;
  jack_get_cycle_times(client.jack, &cycle, &began, &next, &period);
  const jack_time_t woken = jack_get_time();
  auto* in = static_cast<float*>(jack_port_get_buffer(client.in, frames));
  auto* out = static_cast<float*>(jack_port_get_buffer(client.out, frames));
  if (!client.source.empty()) {
    for (jack_nframes_t t = 0; t < frames; ++t)
      out[t] = client.source[(client.at + t) % client.source.size()];
    const std::size_t count = std::min<std::size_t>(frames, client.kept.size() - client.at);
    std::copy_n(in, count, client.kept.data() + client.at);
    client.at += count;
  } else if (client.player) {
    client.player->process(&in, &out, frames);
  } else {
    std::copy_n(in, frames, out);
  }
  const auto ended = static_cast<double>(jack_get_time());
  const double block = (ended - static_cast<double>(woken)) / static_cast<double>(period);
  const double end = (ended - static_cast<double>(began)) / static_cast<double>(period);
  ++client.blocks;
  client.late += end > 1.0;
  client.busy += block;
  client.worst_block = std::max(client.worst_block, block);
  client.worst_end = std::max(client.worst_end, end);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4 && argc != 7) return 2;
  const int seconds = std::atoi(argv[2]);
  Client client;
  client.jack = jack_client_open(argv[1], JackNoStartServer, nullptr);
  if (!client.jack) return std::puts("no JACK server"), 3;
  const double rate = jack_get_sample_rate(client.jack);
  Player player(rate, 1);
  if (argc == 4) {
    if (const auto words = player.load(SlotName::amp, argv[3])) return std::puts(words->c_str()), 4;
    client.player = &player;
  }
  if (argc == 7) {
    client.source = read_signal(argv[3]);
    client.kept.assign(static_cast<std::size_t>(seconds * rate), 0.0f);
  }
  client.in = jack_port_register(client.jack, "in", JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput, 0);
  client.out = jack_port_register(client.jack, "out", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, 0);
  jack_set_process_callback(client.jack, process, &client);
  if (jack_activate(client.jack) != 0) return 5;
  if (argc == 7 && (jack_connect(client.jack, jack_port_name(client.out), argv[5]) != 0 ||
                    jack_connect(client.jack, argv[6], jack_port_name(client.in)) != 0))
    return std::puts("no such ports"), 6;
  std::this_thread::sleep_for(std::chrono::seconds(seconds));
  jack_client_close(client.jack);
  std::printf("blocks %lld\nlate %lld\nmean %.4f\nworst block %.4f\nworst end %.4f\n",
              static_cast<long long>(client.blocks), static_cast<long long>(client.late),
              client.busy / static_cast<double>(client.blocks), client.worst_block, client.worst_end);
  if (argc == 7) write_signal(argv[4], client.kept);
}
