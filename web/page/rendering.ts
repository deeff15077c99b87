/** A recording through a model to a file: the bytes that `nam-core render` writes. */
import { type Gains, NamError, NamModel, type NamSource, type Sound, writeWav } from "../src/index.js";
import { wasm } from "../src/inline.js";

// Short enough that the page answers between two of them.
const FRAMES = 12000;

export interface Rendering {
  source: NamSource;
  quality: number;
  gains: Gains;
  /** Called with what is done, from 0 to 1. */
  progress(done: number): void;
}

/**
 * Renders the recording's only channel, or its first if it has several.
 *
 * @throws NamError `host` for a recording of another rate than the model's: `nam-core render --resample` resamples.
 */
export async function render(dry: Sound, { source, quality, gains, progress }: Rendering): Promise<Uint8Array<ArrayBuffer>> {
  const model = await NamModel.create(source, { quality, wasm });
  const rate = model.sampleRate ?? 48000;
  if (dry.sampleRate !== rate) {
    model.dispose();
    throw new NamError(
      "host",
      `the recording has ${dry.sampleRate} Hz and the model ${rate} Hz; nam-core render --resample renders it`,
    );
  }
  const input = scaled(dry.channels[0]!, gains.inputDb);
  const outputs = Array.from({ length: model.info.outputChannels }, () => new Float32Array(input.length));
  for (let t = 0; t < input.length; t += FRAMES) {
    model.process([input.subarray(t, t + FRAMES)]).forEach((part, i) => outputs[i]!.set(part, t));
    progress(t / input.length);
    await new Promise((resolve) => setTimeout(resolve));
  }
  model.dispose();
  return writeWav({ sampleRate: rate, channels: outputs.map((output) => scaled(output, gains.outputDb)) });
}

// As Python does it: the factor in float32, and nothing for 0 dB.
function scaled(signal: Float32Array, db: number): Float32Array {
  const factor = Math.fround(10 ** (db / 20));
  return db === 0 ? signal : signal.map((sample) => sample * factor);
}
