/** A model without an audio context: for node, workers and offline work in a page. */
import { Engine, type FileInfo, type Metadata, type ReadOptions, type Size } from "./engine.js";
import { NamError } from "./errors.js";
import { fetchBytes, loadModule, type WasmSource } from "./module.js";
import { responseText } from "./response.js";
import { isWav, readWav } from "./wav.js";

/** The bytes or the URL of a .nam file, or of a WAV file with an impulse response. */
export type NamSource = Uint8Array | ArrayBuffer | URL | string;

export interface NamModelOptions extends ReadOptions {
  /** Size of a model that can be slimmed, from 0 (smallest) to 1 (full, the default). */
  quality?: number;
  /** The modules' bytes or URLs, if they are not beside this file (`nam-core/inline` has the bytes). */
  wasm?: WasmSource;
}

const BLOCK = 4096;
const FADE_SECONDS = 0.01;
/** The sample rate in Hz of a model whose file does not state one. */
export const DEFAULT_SAMPLE_RATE = 48000;

/**
 * Returns the text of a .nam file; for an impulse response, the text of a file that is made from it.
 *
 * @throws NamError `host` if it cannot be fetched, `file` for a WAV file that is no response.
 */
export async function contents(source: NamSource): Promise<Uint8Array> {
  const bytes = source instanceof Uint8Array ? source : source instanceof ArrayBuffer ? new Uint8Array(source) : await fetchBytes(source);
  return isWav(bytes) ? responseText(readWav(bytes)) : bytes;
}

/** A model and the state of one stream through it. */
export class NamModel {
  private engine: Engine | null;

  private constructor(
    engine: Engine,
    /** Whether the output has the native engine's bits. Without relaxed SIMD it is right to about 1e-6. */
    readonly exact: boolean,
  ) {
    this.engine = engine;
  }

  /**
   * Reads a file and builds its model.
   *
   * @throws NamError that says what is wrong and where in the file, or what this machine lacks.
   * @throws RangeError for a quality outside 0 to 1.
   */
  static async create(source: NamSource, options: NamModelOptions = {}): Promise<NamModel> {
    const [{ module, exact }, text] = await Promise.all([loadModule(options.wasm), contents(source)]);
    const engine = Engine.read(module, text, options.quality ?? 1, options);
    engine.reserve(BLOCK);
    return new NamModel(engine, exact);
  }

  /**
   * Runs the next frames of a stream. The output does not depend on how the stream is cut into calls.
   *
   * @param input mono samples, or one array for each input channel; full scale is 1. It is not changed.
   * @returns one new array for a mono input, and one for each output channel for an array of channels.
   * @throws RangeError for a sample that is not finite, or a wrong number of channels; the state is then unchanged.
   */
  process(input: Float32Array): Float32Array;
  process(input: readonly Float32Array[]): Float32Array[];
  process(input: Float32Array | readonly Float32Array[]): Float32Array | Float32Array[] {
    const engine = this.running();
    const { inputChannels, outputChannels } = engine.info;
    const mono = input instanceof Float32Array;
    const channels = mono ? [input] : input;
    const frames = checked(channels, inputChannels);
    if (mono && outputChannels !== 1)
      throw new RangeError(`the model has ${outputChannels} output channels: pass an array of channels`);
    const outputs = Array.from({ length: outputChannels }, () => new Float32Array(frames));
    for (let t = 0; t < frames; t += engine.block) {
      const count = Math.min(engine.block, frames - t);
      channels.forEach((channel, i) => engine.input(i).set(channel.subarray(t, t + count)));
      engine.run(count);
      outputs.forEach((output, i) => output.set(engine.output(i).subarray(0, count), t));
    }
    return mono ? outputs[0]! : outputs;
  }

  /** Returns to the start state, which is the state after silence. */
  reset(): void {
    this.running().reset();
  }

  /**
   * Changes the size while the stream goes on. After the crossfade the output has the bits of a model that had this
   * size from the start.
   *
   * @param crossfade in seconds; 0 switches hard.
   */
  setQuality(quality: number, { crossfade = FADE_SECONDS } = {}): void {
    this.running().setQuality(quality, Math.round(crossfade * (this.sampleRate ?? DEFAULT_SAMPLE_RATE)));
  }

  /** What the reader found in the file. */
  get info(): FileInfo {
    return this.running().info;
  }
  get sizes(): readonly Size[] {
    return this.info.sizes;
  }
  get size(): Size {
    return this.info.sizes[this.running().sizeIndex]!;
  }
  /** Sample rate in Hz; null if the file does not state it. */
  get sampleRate(): number | null {
    return this.info.sampleRate;
  }
  get metadata(): Metadata {
    return this.info.metadata;
  }
  /** Frames of input that influence one frame of output, at the size that the model was created with. */
  get receptiveField(): number {
    return this.running().player.receptiveField;
  }
  /** Bytes of this model's WebAssembly instance, which is all that it takes. */
  get memoryBytes(): number {
    return this.running().memoryBytes;
  }

  /** Frees everything. Every later call throws. */
  dispose(): void {
    this.engine = null;
  }

  private running(): Engine {
    if (!this.engine) throw new NamError("host", "the model was disposed of");
    return this.engine;
  }
}

function checked(channels: readonly Float32Array[], wanted: number): number {
  if (channels.length !== wanted)
    throw new RangeError(`the model has ${wanted} input channels; found ${channels.length}`);
  const frames = channels[0]!.length;
  for (const channel of channels) {
    if (channel.length !== frames) throw new RangeError(`channels of ${frames} and ${channel.length} frames`);
    for (let t = 0; t < frames; t++) {
      const sample = channel[t]!;
      // x - x is 0 for every finite x, and NaN for others. A call of Number.isFinite for each sample costs as much as a
      // small model.
      if (sample - sample !== 0) throw new RangeError(`sample ${t} is ${sample}; samples must be finite`);
    }
  }
  return frames;
}

/**
 * Renders a whole signal from the start state. The bits are those of `process` for the same signal.
 *
 * @param input as for `process`.
 */
export async function renderOffline(
  source: NamSource,
  input: Float32Array,
  options: NamModelOptions = {},
): Promise<Float32Array> {
  const model = await NamModel.create(source, options);
  try {
    return model.process(input);
  } finally {
    model.dispose();
  }
}
