/** Resamples a stream by a polyphase windowed sinc. For whole-number rates, the time of each output sample is exact. */
import { NamError } from "./errors.js";

// Zero crossings of the sinc on each side, in samples of the lower rate. 32 are 0.7 ms at 44.1 kHz.
const CROSSINGS = 32;
// Frequency at which half of the level passes, as a part of the lower rate's Nyquist frequency. SHAPE is the shape of Kaiser's
// window; this one attenuates by 90 dB.
const CUTOFF = 0.92;
const SHAPE = 9;
// Most phases: fractions of a sample, each with taps of its own. With more, the taps take more memory than a model.
const MOST_PHASES = 4096;

interface Filter {
  /** Output j has the input time j * step / phases. */
  phases: number;
  step: number;
  /** Input samples on each side of an output that contribute to it. */
  half: number;
  /** `2 * half` taps for each phase. */
  taps: Float32Array;
}

const filters = new Map<string, Filter>();

/** Resamples from one rate to the other, in Hz. @throws NamError `host` for rates without a small common ratio. */
export class Resampler {
  readonly half: number;
  private readonly filter: Filter;
  private readonly past: Float32Array;
  /** Number of samples in `past`; the index there of the next output's first tap, and the output's phase. */
  private held = 0;
  private at = 0;
  private phase = 0;

  /** `most` is the largest number of samples in one call of `process`. */
  constructor(from: number, to: number, most: number) {
    this.filter = filterOf(from, to);
    this.half = this.filter.half;
    this.past = new Float32Array(2 * this.half + most + Math.ceil(this.filter.step / this.filter.phases) + 1);
    this.reset();
  }

  /** Takes `count` samples, writes every output that they complete, from `offset` on, and returns how many it wrote. */
  process(input: Float32Array, count: number, output: Float32Array, offset = 0): number {
    const { past, filter } = this;
    const { taps, phases, step } = filter;
    const width = 2 * this.half;
    for (let i = 0; i < count; i++) past[this.held + i] = input[i]!;
    this.held += count;
    let made = 0;
    while (this.at + width <= this.held) {
      const row = this.phase * width;
      let sum = 0;
      for (let k = 0; k < width; k++) sum += past[this.at + k]! * taps[row + k]!;
      output[offset + made++] = sum;
      this.phase += step;
      const whole = Math.floor(this.phase / phases);
      this.at += whole;
      this.phase -= whole * phases;
    }
    // When the rate goes down, the next output may begin after the samples that are held.
    const gone = Math.min(this.at, this.held);
    past.copyWithin(0, gone, this.held);
    this.held -= gone;
    this.at -= gone;
    return made;
  }

  reset(): void {
    // Output 0 has the time of input 0. Before input 0 there is silence.
    this.past.fill(0);
    this.held = this.half - 1;
    this.at = this.phase = 0;
  }
}

function filterOf(from: number, to: number): Filter {
  const key = `${from} ${to}`;
  let found = filters.get(key);
  if (!found) filters.set(key, (found = design(from, to)));
  return found;
}

function design(from: number, to: number): Filter {
  const [a, b] = [Math.round(from), Math.round(to)];
  const common = divisor(a, b);
  const phases = b / common;
  if (a !== from || b !== to || phases > MOST_PHASES || a / common > MOST_PHASES)
    throw new NamError("host", `cannot resample from ${from} to ${to} Hz: their ratio is not a ratio of whole numbers up to ${MOST_PHASES}`);
  const lower = Math.min(1, to / from);
  const half = Math.ceil(CROSSINGS / lower);
  const taps = new Float32Array(2 * half * phases);
  for (let p = 0; p < phases; p++) {
    const row = taps.subarray(2 * half * p, 2 * half * (p + 1));
    let sum = 0;
    for (let k = 0; k < 2 * half; k++) {
      // The time from the output to tap k, in input samples.
      const t = k - (half - 1) - p / phases;
      row[k] = sinc(CUTOFF * lower * t) * kaiser(t / half);
      sum += row[k]!;
    }
    // The taps of each phase add up to 1, so that a constant signal stays the same.
    for (let k = 0; k < 2 * half; k++) row[k]! /= sum;
  }
  return { phases, step: a / common, half, taps };
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

// Kaiser's window at x from -1 to 1, up to a constant factor.
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(SHAPE * Math.sqrt(1 - x * x));
}

// The modified Bessel function I0, by its power series.
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-12 * sum; n++) sum += term *= (x / (2 * n)) ** 2;
  return sum;
}
