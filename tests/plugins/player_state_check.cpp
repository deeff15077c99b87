// Checks what the player says of files that it cannot play, and how it finds its files again.
//
//     player_state_check FOLDER      the check writes its files to FOLDER
#include <limits>

#include "player/file_hash.hpp"
#include "player_files.hpp"

namespace {

void check_bad_input() {
  Player player(48000.0, 1);
  expect(!player.load(SlotName::amp, file("good.nam", linear_model(0.5, 48000))), "a good model loads");
  const std::pair<std::string, std::string> bad[] = {
      {folder + "/none.nam", "no such file"},
      {folder, "folder"},
      {file("text.nam", "hello"), "text.nam"},
      {file("empty.nam", ""), "empty.nam"},
      {file("broken.nam", linear_model(1.0, 48000).substr(0, 60)), "broken.nam"},
      {file("sound.wav", std::string("RIFF\x10\0\0\0WAVEjunkjunk", 20)), "sound file"},
  };
  for (const auto& [path, part] : bad) {
    const auto words = player.load(SlotName::amp, path);
    expect(words && words->find(part) != std::string::npos && words->find(path) == 0,
           path + ": " + words.value_or("no message"));
    expect(player.info(SlotName::amp).problem == words, "info() returns the message");
  }
  const Signal dry = noise(2000);
  expect(play(player, dry, 64).back() == 0.5f * dry.back(), "after an error the previous model plays on");
  const float strange[] = {std::numeric_limits<float>::quiet_NaN(), -1e30f,
                           std::numeric_limits<float>::infinity()};
  for (const float value : strange) {
    for (std::size_t i = 0; i < kParameters; ++i) player.set(static_cast<Parameter>(i), value);
    Signal wild = noise(2000);
    wild[7] = value;
    wild[99] = 3e38f;
    for (const float sample : play(player, wild, 17))
      expect(std::isfinite(sample), "strange parameter values give finite output");
  }
  for (std::size_t i = 0; i < kParameters; ++i)
    player.set(static_cast<Parameter>(i), kParameterInfos[i].initial);
  play(player, dry, 64);
  play(player, Signal(48000, 0.5f), 64);
  expect(play(player, dry, 64).back() == 0.5f * dry.back(), "afterwards the model plays as before");
}

void check_states() {
  namespace p = nam_core::player;
  const std::string text = linear_model(0.25, 48000), path = file("saved.nam", text);
  expect(p::sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
         "SHA-256 of abc");
  Player player(48000.0, 1);
  player.load(SlotName::amp, path);
  const SavedFile saved = player.saved(SlotName::amp);
  expect(saved.path == path && saved.sha256 == p::sha256_of(text), "the state has the file's path and hash");
  Player other(48000.0, 1);
  expect(!other.restore(SlotName::amp, saved), "restored");
  const SavedFile lost{"/nowhere/lost.nam", saved.sha256}, gone{"/nowhere/gone.nam", std::string(64, '0')};
  expect(!other.restore(SlotName::amp, lost), "a file that has moved is found by its hash");
  expect(other.saved(SlotName::amp).sha256 == saved.sha256, "the file that was found has the right hash");
  const auto words = other.restore(SlotName::amp, gone);
  expect(words && words->find("no such file") != std::string::npos,
         "a file that is not found gives a message");
  expect(other.saved(SlotName::amp).path == gone.path && other.saved(SlotName::amp).sha256 == gone.sha256,
         "saved() still returns the state");
  const Signal dry = noise(1000);
  expect(play(other, dry, 64).back() == dry.back(), "the signal goes through");
  const auto changed = other.restore(SlotName::amp, {path, std::string(64, '0')});
  expect(changed && changed->find("has changed") != std::string::npos, "a changed file gives a message");
  other.restore(SlotName::amp, {});
  expect(other.saved(SlotName::amp).path.empty(), "an empty state unloads");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  folder = argv[1];
  setenv("NAM_CORE_PATH", folder.c_str(), 1);
  check_bad_input();
  check_states();
  return report("player_state_check");
}
