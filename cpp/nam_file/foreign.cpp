#include "nam_file/foreign.hpp"

#include <algorithm>

#include "nam_file/utf8.hpp"

namespace nam_core::detail::nam_file {

namespace {

using std::string_view_literals::operator""sv;

// The same tables as Python's format/foreign.py.
constexpr const char* kUnpack = "unpack it and load the .nam file that is inside";
constexpr const char* kExport =
    "a .nam file is what the trainer's export writes: export the model, and load that";
constexpr const char* kDownload = "download the model itself";
constexpr const char* kAgain = "download or export the model again";
constexpr const char* kUtf8 = "save it as UTF-8";
constexpr const char* kTar = "a tar archive";
constexpr const char* kPickle = "a Python pickle, such as an old PyTorch checkpoint";
constexpr const char* kTrain = "train, and load what that exports";
constexpr const char* kConvert = "turn it into a .nam file with `nam-core convert`";
constexpr const char* kUseWav = "an impulse response must be a WAV, AIFF or FLAC file";
// Only the Python package reads these; this library does not.
constexpr const char* kUsePackage = "the Python package nam_core reads it, and writes it as a .nam file";

std::string message(std::string_view name, std::string_view advice) {
  return "this is " + std::string(name) + "; " + std::string(advice);
}

struct Member {
  std::string_view name, kind;
};
// Members that identify the program that wrote a zip archive; their names are stored uncompressed.
constexpr Member kZipMembers[] = {{"/constants.pkl", "a TorchScript model"},
                                  {"/data.pkl", "a PyTorch checkpoint"},
                                  {"model.weights.h5", "a Keras model"},
                                  {".npy", "a NumPy archive"}};

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  const char *kind, *advice;
};
constexpr Signature kSignatures[] = {
    {0, "NAMZ"sv, "a .namz file", kUsePackage},
    {0, "\x1f\x8b"sv, "gzip-compressed data", kUnpack},
    {0, "PK\x03\x04"sv, "a zip archive", kUnpack},
    {0, "PK\x05\x06"sv, "a zip archive with nothing in it", kDownload},
    {0, "PK\x07\x08"sv, "a zip archive", kUnpack},
    {257, "ustar"sv, kTar, kUnpack},
    {0, "070701"sv, "a cpio archive", kUnpack},
    {0, "070702"sv, "a cpio archive", kUnpack},
    {0, "070707"sv, "a cpio archive", kUnpack},
    {0, "!<arch>\n"sv, "an ar archive, such as a Debian package", kUnpack},
    {0, "MSCF"sv, "a Windows cabinet archive", kUnpack},
    {0, "xar!"sv, "an xar archive, such as a package of macOS", kUnpack},
    {0, "Rar!\x1a\x07"sv, "a RAR archive", kUnpack},
    {0, "RE~^"sv, "a RAR archive", kUnpack},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7z archive", kUnpack},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "xz-compressed data", kUnpack},
    {0, "BZh"sv, "bzip2-compressed data", kUnpack},
    {0, "\x28\xb5\x2f\xfd"sv, "zstd-compressed data", kUnpack},
    {0, "\x04\x22\x4d\x18"sv, "LZ4-compressed data", kUnpack},
    {0, "\x5d\0\0"sv, "LZMA-compressed data", kUnpack},
    {0, "LZIP"sv, "lzip-compressed data", kUnpack},
    {0, "\x1f\x9d"sv, "data compressed by `compress`", kUnpack},
    {0, "MZ"sv, "a Windows program, perhaps an archive that unpacks itself", kUnpack},
    {0, "\0\x05\x16\x07"sv,
     "an AppleDouble file, which macOS writes beside the file of the same name without ._",
     "load the one without ._"},
    {0, "\0\x05\x16\0"sv, "an AppleSingle file", kUnpack},
    {4, "Bud1"sv, "a .DS_Store file of macOS", kDownload},
    {0, "bplist"sv, "a property list of macOS", kDownload},
    {0, "\xff\xfe\0\0"sv, "text in UTF-32", kUtf8},
    {0, "\0\0\xfe\xff"sv, "text in UTF-32", kUtf8},
    {0, "{\0\0\0"sv, "text in UTF-32", kUtf8},
    {0, "\0\0\0{"sv, "text in UTF-32", kUtf8},
    {0, "\xff\xfe"sv, "text in UTF-16", kUtf8},
    {0, "\xfe\xff"sv, "text in UTF-16", kUtf8},
    {0, "\x89HDF\r\n\x1a\n"sv, "a Keras or other HDF5 file", kExport},
    {512, "\x89HDF\r\n\x1a\n"sv, "a Keras or other HDF5 file", kExport},
    {1024, "\x89HDF\r\n\x1a\n"sv, "a Keras or other HDF5 file", kExport},
    {2048, "\x89HDF\r\n\x1a\n"sv, "a Keras or other HDF5 file", kExport},
    {4, "TFL3"sv, "a TensorFlow Lite model", kExport},
    {6, "\0\0{\""sv, "a safetensors file", kExport},
    {0, "\x93NUMPY"sv, "a NumPy array", kExport},
    {0, "(dp0"sv, kPickle, kExport},
    {0, "}q\0"sv, kPickle, kExport},
    {0, "ccollections\n"sv, kPickle, kExport},
    {0, "ID3"sv, "an MP3 file", kUseWav},
    {0, "\xff\xfb"sv, "an MP3 file", kUseWav},
    {0, "\xff\xfa"sv, "an MP3 file", kUseWav},
    {0, "\xff\xf3"sv, "an MP3 file", kUseWav},
    {0, "\xff\xf2"sv, "an MP3 file", kUseWav},
    {0, "OggS"sv, "an Ogg file", kUseWav},
    {4, "ftyp"sv, "an MP4 or M4A file", kUseWav},
    {0, "MThd"sv, "a MIDI file", kDownload},
    {0, "{\\rtf"sv, "an RTF document", kDownload},
    {0, "%PDF"sv, "a PDF document", kDownload},
    {0, "\x89PNG"sv, "a PNG image", kDownload},
    {0, "\xff\xd8\xff"sv, "a JPEG image", kDownload},
    {0, "version https://git-lfs"sv, "a Git LFS pointer, not the file itself", "run `git lfs pull`"},
    {0, "version https://hawser"sv, "a Git LFS pointer, not the file itself", "run `git lfs pull`"},
    {0, "/annex/objects/"sv, "a git-annex pointer, not the file itself", "run `git annex get`"},
};

// The start of a text, in lower case and without leading white space.
constexpr Member kTexts[] = {{"<!doctype html", "a web page (HTML)"},
                             {"<html", "a web page (HTML)"},
                             {"<!--", "a web page (HTML)"},
                             {"<?xml", "an XML document"},
                             {"<", "a web page (HTML or XML)"}};

// Lossless sound files, which the package reads as impulse responses.
bool is_sound(std::string_view data) {
  const auto starts = [&](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](auto name) { return data.starts_with(name); });
  };
  const std::string_view kind = data.substr(std::min<std::size_t>(data.size(), 8), 4);
  if (starts({"RIFF", "RIFX", "RF64", "BW64"})) return "WAVE"sv.starts_with(kind);
  if (starts({"FORM"})) return "AIF"sv.starts_with(kind.substr(0, 3));
  return starts({"fLaC", "caff", "riff", ".snd"});
}

// Protocol buffers have no signature. An ONNX file begins with the version of its format (field 1, a number),
// followed by the name of the program that wrote it (field 2, a text) or another field with a length.
bool is_onnx(std::string_view data) {
  if (data.size() < 3 || data[0] != '\x08' || data[1] < 1 || data[1] > 0x20) return false;
  if (data[2] == '\x12') return data.size() > 3 && static_cast<unsigned char>(data[3]) < 0x80;
  return data[2] == 'B' || data[2] == '\x1a' || data[2] == ':';
}

// A tar archive from before POSIX has no signature. Its first block holds a checksum in octal digits: the sum
// of the block's bytes, with blanks in the place of the checksum.
bool is_old_tar(std::string_view data) {
  constexpr std::size_t kBlock = 512, kFirst = 148, kDigits = 8;
  if (data.size() < kBlock) return false;
  std::string_view stated = data.substr(kFirst, kDigits);
  stated.remove_prefix(std::min(stated.find_first_not_of(' '), stated.size()));
  const std::string_view digits = stated.substr(0, stated.find_first_not_of("01234567"));
  if (digits.empty() || stated.find_first_not_of(" \0"sv, digits.size()) != stated.npos) return false;
  unsigned sum = 0, counted = 0;
  for (const char digit : digits) sum = sum * 8 + static_cast<unsigned>(digit - '0');
  for (std::size_t i = 0; i < kBlock; ++i)
    counted += i >= kFirst && i < kFirst + kDigits ? ' ' : static_cast<unsigned char>(data[i]);
  return sum == counted;
}

std::string lowered_head(std::string_view data) {
  constexpr std::string_view kBlanks = " \t\n\r\v\f";
  data.remove_prefix(std::min(data.find_first_not_of(kBlanks), data.size()));
  std::string lowered(data.substr(0, 32));
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

// Text in UTF-16 without a mark: of every two bytes one is zero.
bool is_utf16(std::string_view data) {
  const std::string_view head = data.substr(0, 16);
  const auto fits = [&](std::size_t letters) {
    for (std::size_t i = 0; i < head.size(); ++i) {
      const char c = head[i];
      const bool is_letter = c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c <= '~');
      if (i % 2 == letters ? !is_letter : c != '\0') return false;
    }
    return true;
  };
  return !head.empty() && head.size() % 2 == 0 && (fits(0) || fits(1));
}

bool is_binary(std::string_view data) {
  const auto is_control = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d);
  };
  return find_invalid(data) != data.npos || std::any_of(data.begin(), data.end(), is_control);
}

bool is_rtneural(const Value& value) {
  const auto& members = value.members();
  const auto layers = members.find("layers");
  if (layers == members.end()) return false;
  if (members.find("in_shape") != members.end()) return true;
  if (!layers->second.is(Value::Kind::array) || layers->second.items().empty()) return false;
  const Value& first = layers->second.items().front();
  return first.is(Value::Kind::object) && first.members().contains("type") &&
         first.members().contains("weights");
}

}  // namespace

std::optional<std::string> foreign_bytes(std::string_view data) {
  if (is_sound(data)) return message("a sound file", kUsePackage);
  for (const Signature& signature : kSignatures) {
    if (data.substr(std::min(signature.offset, data.size()), signature.bytes.size()) != signature.bytes)
      continue;
    if (signature.bytes.starts_with("PK"))
      for (const Member& member : kZipMembers)
        if (data.find(member.name) != data.npos) return message(member.kind, kExport);
    return message(signature.kind, signature.advice);
  }
  if (is_utf16(data)) return message("text in UTF-16", kUtf8);
  const std::string head = lowered_head(data);
  for (const Member& text : kTexts)
    if (head.starts_with(text.name)) return message(text.kind, kDownload);
  if (data.size() >= 3 && data[0] == '\x80' && data[1] >= 2 && data[1] <= 5 && data[2] != '\n')
    return message(kPickle, kExport);
  if (is_onnx(data)) return message("an ONNX model", kExport);
  if (!data.empty() && data.find_first_not_of('\0') == data.npos)
    return message("a file of zeros, such as an unfinished download leaves", kDownload);
  if (head.starts_with('{') || head.starts_with('[')) return std::nullopt;
  if (is_old_tar(data)) return message(kTar, kUnpack);
  return is_binary(data) ? message("a binary file of an unknown kind, and a .nam file is JSON text", kAgain)
                         : message("text, and not the JSON object that a .nam file is", kDownload);
}

std::optional<std::string> foreign_json(const Value& value) {
  if (value.is(Value::Kind::array))
    return message("a JSON array",
                   "a .nam file is one object: write one of the array's into a file of its own");
  if (!value.is(Value::Kind::object)) return std::nullopt;
  const auto has = [&](const char* key) { return value.members().contains(key); };
  if (has("architecture")) return std::nullopt;
  if (is_rtneural(value)) return message("an AIDA-X or other RTNeural model", kConvert);
  if (has("model_data") && has("state_dict")) return message("a Proteus model (GuitarML)", kConvert);
  if (has("residual_channels") && has("variables"))
    return message("a WaveNet of GuitarML", "train a model with NAM instead");
  if (has("class_name") && has("keras_version")) return message("a Keras model without weights", kExport);
  if ((has("net") && has("optimizer")) || (has("train_dataloader") && has("trainer")) ||
      (has("train") && has("validation")))
    return message("a configuration of the trainer", kTrain);
  if (has("version") || has("config") || has("weights")) return std::nullopt;
  return message("JSON without a model (version, architecture, config, weights)", kDownload);
}

}  // namespace nam_core::detail::nam_file
