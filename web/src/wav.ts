/** WAV files: reads recordings and impulse responses, and writes the bytes that `nam-core render` writes. */
import { NamError } from "./errors.js";

/** A sampled sound: one array for each channel; full scale is 1. */
export interface Sound {
  sampleRate: number;
  channels: Float32Array[];
}

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** Whether a file begins like a WAV file. */
export function isWav(bytes: Uint8Array): boolean {
  return bytes.length >= 12 && name(bytes, 0) === "RIFF" && name(bytes, 8) === "WAVE";
}

/**
 * Returns the samples of a WAV file, as libsndfile returns them to Python: integers of 8 to 32 bits are divided by their full
 * scale, and floats are taken as they are.
 *
 * @throws NamError `file` if it is no WAV file, has another sample format, or ends before its samples.
 */
export function readWav(bytes: Uint8Array): Sound {
  if (!isWav(bytes)) throw new NamError("file", "this is not a WAV file");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: { tag: number; channels: number; sampleRate: number; bits: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name(bytes, at) === "fmt " && start + 16 <= bytes.length) {
      const stated = view.getUint16(start, true);
      // The extensible format has the kind of its samples at the start of a GUID.
      const tag = stated === EXTENSIBLE && size >= 26 ? view.getUint16(start + 24, true) : stated;
      const channels = view.getUint16(start + 2, true);
      format = { tag, channels, sampleRate: view.getUint32(start + 4, true), bits: view.getUint16(start + 14, true) };
    } else if (name(bytes, at) === "data") {
      if (!format || format.channels === 0) throw new NamError("file", "this WAV file has its samples before their format");
      const read = reader(view, format.tag, format.bits);
      const step = format.bits / 8;
      const frames = Math.floor(Math.min(size, bytes.length - start) / (step * format.channels));
      const channels = Array.from({ length: format.channels }, () => new Float32Array(frames));
      for (let t = 0, from = start; t < frames; t++) for (const channel of channels) (channel[t] = read(from)), (from += step);
      return { sampleRate: format.sampleRate, channels };
    }
    at = start + size + (size % 2);
  }
  throw new NamError("file", "this WAV file has no samples");
}

function reader(view: DataView, tag: number, bits: number): (at: number) => number {
  if (tag === PCM && bits === 8) return (at) => (view.getUint8(at) - 128) / 128;
  if (tag === PCM && bits === 16) return (at) => view.getInt16(at, true) / 2 ** 15;
  if (tag === PCM && bits === 24) return (at) => ((view.getInt16(at + 1, true) << 8) | view.getUint8(at)) / 2 ** 23;
  if (tag === PCM && bits === 32) return (at) => view.getInt32(at, true) / 2 ** 31;
  if (tag === FLOAT && bits === 32) return (at) => view.getFloat32(at, true);
  if (tag === FLOAT && bits === 64) return (at) => view.getFloat64(at, true);
  throw new NamError("file", `this WAV file has format ${tag} with ${bits} bits; must have 8 to 32 bits, or 32- or 64-bit float`);
}

/**
 * Returns a WAV file of 32-bit floats. Its bytes are those that `nam-core render` writes for these samples.
 *
 * @param sampleRate Hz, a whole number.
 */
export function writeWav({ sampleRate, channels }: Sound): Uint8Array<ArrayBuffer> {
  const count = channels.length;
  const frames = channels[0]?.length ?? 0;
  const peakBytes = 8 + 8 * count;
  const dataBytes = 4 * frames * count;
  const headerBytes = 12 + (8 + 16) + (8 + 4) + (8 + peakBytes) + 8;
  const bytes = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const text = (letters: string) => {
    for (const letter of letters) view.setUint8(at++, letter.charCodeAt(0));
  };
  const short = (value: number) => (view.setUint16(at, value, true), (at += 2));
  const long = (value: number) => (view.setUint32(at, value, true), (at += 4));
  const real = (value: number) => (view.setFloat32(at, value, true), (at += 4));
  text("RIFF"), long(headerBytes - 8 + dataBytes), text("WAVE");
  text("fmt "), long(16), short(FLOAT), short(count), long(sampleRate);
  long(4 * count * sampleRate), short(4 * count), short(32);
  text("fact"), long(4), long(frames);
  // The version, a time that is left at 0, and for each channel its peak and the first frame that reaches it.
  text("PEAK"), long(peakBytes), long(1), long(0);
  for (const channel of channels) {
    const { value, place } = peak(channel);
    real(value), long(place);
  }
  text("data"), long(dataBytes);
  for (let t = 0; t < frames; t++) for (const channel of channels) real(channel[t]!);
  return bytes;
}

function peak(channel: Float32Array): { value: number; place: number } {
  let value = 0;
  let place = 0;
  for (let t = 0; t < channel.length; t++) {
    const size = Math.abs(channel[t]!);
    if (size > value) (value = size), (place = t);
  }
  return { value, place };
}

function name(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
