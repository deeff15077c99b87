/** A model that plays in an audio context: at the context's rate, or at its own rate between two resamplers. */
import type { Engine } from "./engine.js";
import { Resampler } from "./resampler.js";

/** The largest number of the context's frames in one call of `run`. */
export const BLOCK = 128;

/** The largest number of frames at the engine's rate that a call of `run` may need. */
export function engineBlock(contextRate: number, modelRate: number): number {
  return Math.ceil((BLOCK * modelRate) / contextRate) + 1;
}

export class Voice {
  /** Latency in frames of the context. */
  readonly latency: number;
  private readonly bridge: Bridge | null;

  /** `modelRate` is the rate in Hz at which the engine runs. */
  constructor(
    readonly engine: Engine,
    contextRate: number,
    private readonly modelRate: number,
  ) {
    this.bridge = modelRate === contextRate ? null : new Bridge(engine, contextRate, modelRate);
    this.latency = this.bridge?.latency ?? 0;
  }

  /** Runs `count` frames of the input channel from frame t on. An undefined channel is silence. */
  run(input: Float32Array | undefined, t: number, count: number): void {
    const to = this.bridge?.input ?? this.engine.input(0);
    for (let i = 0; i < count; i++) {
      const sample = input ? input[t + i]! : 0;
      // An infinity or NaN would stay in a recurrent state forever, so it is replaced by 0. x - x is 0 for finite x only.
      to[i] = sample - sample === 0 ? sample : 0;
    }
    if (this.bridge) this.bridge.run(count);
    else this.engine.run(count);
  }
  /** Channel i of the last block's output. If the model has fewer channels, its last channel. */
  output(channel: number): Float32Array {
    const at = Math.min(channel, this.engine.info.outputChannels - 1);
    return this.bridge ? this.bridge.output(at) : this.engine.output(at);
  }
  /** Changes the size with a crossfade in seconds. */
  setQuality(quality: number, seconds: number): void {
    this.engine.setQuality(quality, Math.round(seconds * this.modelRate));
  }
  reset(): void {
    this.engine.reset();
    this.bridge?.reset();
  }
}

// Output channels of a node.
const MOST_CHANNELS = 2;

/** The resamplers on both sides of an engine. */
class Bridge {
  readonly input = new Float32Array(BLOCK);
  readonly latency: number;
  private readonly before: Resampler;
  private readonly after: Resampler[];
  /** For each channel, the samples that are resampled and not yet played. */
  private readonly waiting: Float32Array[];
  private held = 0;
  private played = 0;

  constructor(
    private readonly engine: Engine,
    contextRate: number,
    modelRate: number,
  ) {
    const most = engineBlock(contextRate, modelRate);
    const channels = Math.min(MOST_CHANNELS, engine.info.outputChannels);
    this.before = new Resampler(contextRate, modelRate, BLOCK);
    this.after = Array.from({ length: channels }, () => new Resampler(modelRate, contextRate, most));
    // An output frame needs `after.half` later frames of the engine, and each of these needs `before.half` later frames of
    // the input.
    this.latency = Math.ceil(this.before.half + ((this.after[0]!.half + 1) * contextRate) / modelRate) + 1;
    const room = this.latency + 2 * BLOCK + Math.ceil((2 * contextRate) / modelRate);
    this.waiting = this.after.map(() => new Float32Array(room));
    this.held = this.latency;
  }

  run(count: number): void {
    for (const row of this.waiting) row.copyWithin(0, this.played, this.held);
    this.held -= this.played;
    const frames = this.before.process(this.input, count, this.engine.input(0));
    this.engine.run(frames);
    let made = 0;
    for (const [i, after] of this.after.entries()) made = after.process(this.engine.output(i), frames, this.waiting[i]!, this.held);
    this.held += made;
    this.played = count;
  }
  output(channel: number): Float32Array {
    return this.waiting[Math.min(channel, this.waiting.length - 1)]!;
  }
  reset(): void {
    this.before.reset();
    for (const after of this.after) after.reset();
    for (const row of this.waiting) row.fill(0);
    this.held = this.latency;
    this.played = 0;
  }
}
