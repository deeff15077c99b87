/** The module's functions (cpp/wasm/exports.cpp) and their memory. No other file deals with addresses. */
import { NamError, type NamErrorKind } from "./errors.js";

/** One size of a model. A quality q selects it if low <= q < high; for the last size also if q = high. */
export interface Size {
  low: number;
  high: number;
  /** Channels of each layer array, or the hidden size. */
  channels: number[];
  parameters: number;
  macsPerFrame: number;
  /** Loudness of this size in dB; null if the file does not state it. */
  loudness: number | null;
}

/** What a file states about its capture; null if it does not. Levels: dBu RMS of a 1 kHz sine at 0 dBFS peak. */
export interface Metadata {
  name: string | null;
  modeledBy: string | null;
  gearType: string | null;
  gearMake: string | null;
  gearModel: string | null;
  toneType: string | null;
  loudness: number | null;
  gain: number | null;
  inputLevelDbu: number | null;
  outputLevelDbu: number | null;
}

/** What the reader found in a file. */
export interface FileInfo {
  version: string;
  architecture: string;
  inputChannels: number;
  outputChannels: number;
  /** Hz. Null if the file does not state it; nearly all such files are for 48000. */
  sampleRate: number | null;
  metadata: Metadata;
  /** One line for each part of the file that was ignored, with its place. */
  warnings: string[];
  sizes: Size[];
}

/** Figures of a model that plays. */
export interface PlayerInfo {
  isa: string;
  receptiveField: number;
  /** Bytes of weights and state. */
  memoryBytes: number;
}

export interface ReadOptions {
  /** Order of the taps in the file's Linear models; "oldest_first" is for files that the trainer 0.13.0 exported. */
  linearTaps?: "newest_first" | "oldest_first";
  /** Most bytes that the file may make this page allocate: 1 GiB unless you say otherwise. */
  maxBytes?: number;
}

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  nam_allocate(bytes: number): number;
  nam_free(at: number): void;
  nam_answer(): number;
  nam_answer_bytes(): number;
  nam_read(text: number, bytes: number, oldestFirst: number, maxBytes: number): number;
  nam_open(file: number, size: number, maxBytes: number): number;
  nam_process(player: number, input: number, output: number, stride: number, frames: number): void;
  nam_reset(player: number): void;
  nam_set_size(player: number, size: number, fadeFrames: number): void;
}

const MAX_BYTES = 2 ** 30;
const PAGE_BYTES = 2 ** 16;

/** Returns the index of the size that a quality from 0 to 1 selects. */
export function sizeAt(sizes: readonly Size[], quality: number): number {
  if (!(quality >= 0 && quality <= 1)) throw new RangeError(`quality must be from 0 to 1; found ${quality}`);
  const index = sizes.findIndex((size) => quality < size.high);
  return index < 0 ? sizes.length - 1 : index;
}

/** A model that has been read and built, to be continued by another thread: `Engine.continued` takes it. */
export interface EngineImage {
  /** The memory of the instance. All else that an instance has is the same at the start and between two calls. */
  memory: ArrayBuffer;
  player: number;
  info: FileInfo;
  playerInfo: PlayerInfo;
  size: number;
}

/** A model in a WebAssembly instance of its own: dropping the instance frees everything. */
export class Engine {
  private readonly exports: Exports;
  private readonly handle: number;
  readonly info: FileInfo;
  readonly player: PlayerInfo;
  /** The most frames of one call of `run`. */
  block = 0;
  private at = 0;
  private inputs: Float32Array[] = [];
  private outputs: Float32Array[] = [];
  private size: number;

  private constructor(exports: Exports, { player, info, playerInfo, size }: Omit<EngineImage, "memory">) {
    this.exports = exports;
    this.handle = player;
    this.info = info;
    this.player = playerInfo;
    this.size = size;
  }

  /**
   * Reads a file and builds the size that a quality selects. `reserve` must follow.
   *
   * @throws NamError, RangeError.
   */
  static read(module: WebAssembly.Module, text: Uint8Array, quality: number, options: ReadOptions = {}): Engine {
    const exports = instance(module);
    exports._initialize();
    const maxBytes = options.maxBytes ?? MAX_BYTES;
    const file = guarded(() => read(exports, text, maxBytes, options.linearTaps === "oldest_first"));
    const info = answer(exports) as FileInfo;
    const size = sizeAt(info.sizes, quality);
    const player = guarded(() => exports.nam_open(file, size, maxBytes));
    if (!player) throw failure(exports);
    return new Engine(exports, { player, info, playerInfo: answer(exports) as PlayerInfo, size });
  }
  /** Returns what another thread needs to continue with this engine, which has not run yet. */
  image(): EngineImage {
    const { handle: player, info, player: playerInfo, size } = this;
    return { memory: this.exports.memory.buffer.slice(0), player, info, playerInfo, size };
  }
  /** Continues with an engine of another thread: copies its memory, and neither reads nor builds. `reserve` must follow. */
  static continued(module: WebAssembly.Module, image: EngineImage): Engine {
    const exports = instance(module);
    const { memory } = exports;
    const missing = image.memory.byteLength - memory.buffer.byteLength;
    try {
      if (missing > 0) memory.grow(missing / PAGE_BYTES);
    } catch {
      throw noMemory(image.memory.byteLength);
    }
    new Uint8Array(memory.buffer).set(new Uint8Array(image.memory));
    return new Engine(exports, image);
  }

  /** Allocates the buffers for blocks of at most `block` frames. After it only `setQuality` allocates. */
  reserve(block: number): void {
    this.block = block;
    this.at = allocate(this.exports, 4 * block * (this.info.inputChannels + this.info.outputChannels));
    this.view();
  }

  /** Bytes of the instance: the module's data and stack, the file, the model. */
  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  /** The buffer for channel i of the next block's input. Valid until the next call of `setSize`. */
  input(channel: number): Float32Array {
    return this.inputs[channel]!;
  }
  /** The buffer with channel i of the last block's output. Valid until the next call of `setSize`. */
  output(channel: number): Float32Array {
    return this.outputs[channel]!;
  }

  /** Runs the first `frames` frames of the input. */
  run(frames: number): void {
    const outputs = this.at + 4 * this.block * this.info.inputChannels;
    this.exports.nam_process(this.handle, this.at, outputs, this.block, frames);
  }
  /** Returns to the start state, which is the state after silence. */
  reset(): void {
    this.exports.nam_reset(this.handle);
  }
  /** Changes to the size that a quality selects. After the crossfade (in frames) the bits are that size's own. */
  setQuality(quality: number, fadeFrames: number): void {
    const size = sizeAt(this.info.sizes, quality);
    if (size === this.size) return;
    guarded(() => this.exports.nam_set_size(this.handle, size, fadeFrames));
    this.size = size;
    this.view();
  }
  /** The present size. */
  get sizeIndex(): number {
    return this.size;
  }

  private view(): void {
    // When memory grows, views of the old memory become empty, so a new view is made.
    const { buffer } = this.exports.memory;
    const row = (i: number) => new Float32Array(buffer, this.at + 4 * this.block * i, this.block);
    this.inputs = Array.from({ length: this.info.inputChannels }, (_, i) => row(i));
    this.outputs = Array.from({ length: this.info.outputChannels }, (_, i) => row(this.info.inputChannels + i));
  }
}

function instance(module: WebAssembly.Module): Exports {
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}
function read(exports: Exports, text: Uint8Array, maxBytes: number, oldestFirst: boolean): number {
  // The same rule as in Python: reading takes up to 40 times the text. A text that is too long is not even copied.
  const most = Math.floor(maxBytes / 40);
  if (text.length > most)
    throw new NamError("file", `the file has ${text.length} bytes; at most ${most} are read (maxBytes / 40)`);
  const at = allocate(exports, Math.max(text.length, 1));
  new Uint8Array(exports.memory.buffer, at, text.length).set(text);
  const file = exports.nam_read(at, text.length, oldestFirst ? 1 : 0, maxBytes);
  exports.nam_free(at);
  if (!file) throw failure(exports);
  return file;
}
function allocate(exports: Exports, bytes: number): number {
  const at = exports.nam_allocate(bytes);
  if (!at) throw noMemory(bytes);
  return at;
}
function noMemory(bytes: number): NamError {
  return new NamError("memory", `${bytes} bytes are more memory than the browser gives this page`);
}
function answer({ nam_answer: at, nam_answer_bytes: bytes, memory }: Exports): unknown {
  return JSON.parse(decodeUtf8(new Uint8Array(memory.buffer, at(), bytes())));
}
function failure(exports: Exports): NamError {
  const error = answer(exports) as { kind: NamErrorKind; message: string; location: string };
  return new NamError(error.kind, error.message, error.location);
}

/** Runs a function of the instance. An instance that cannot allocate stops with a trap. */
function guarded<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError)
      throw new NamError("memory", "the model needs more memory than the browser gives this page");
    throw error;
  }
}

// Written by hand, because audio worklets have no TextDecoder.
function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i]!;
    const count = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    let point = count === 1 ? first : first & (0xff >> (count + 1));
    for (let k = 1; k < count; k++) point = (point << 6) | (bytes[i + k]! & 0x3f);
    text += String.fromCodePoint(point);
    i += count;
  }
  return text;
}
