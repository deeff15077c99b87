/** A stream at another sample rate: a polyphase windowed sinc, exact in its timing for rates that are whole numbers. */
import { NamError } from "./errors.js";

// Zero crossings of the sinc on each side, at the lower rate: 0.7 ms at 44.1 kHz.
const CROSSINGS = 32;
// Of the lower rate's Nyquist frequency: half of the level passes here. Kaiser's window of this shape leaves 90 dB.
const CUTOFF = 0.92;
const SHAPE = 9;
// Fractions of a sample that have taps of their own. More are refused, as they take more memory than a model.
const MOST_PHASES = 4096;

interface Filter {
  /** Output j lies at input time j * step / phases. */
  phases: number;
  step: number;
  /** Input samples on each side of an output. */
  half: number;
  /** `2 * half` for each phase. */
  taps: Float32Array;
}

const filters = new Map<string, Filter>();

/** Resamples from one rate to the other, in Hz. @throws NamError `host` for rates without a small common ratio. */
export class Resampler {
  readonly half: number;
  private readonly filter: Filter;
  private readonly past: Float32Array;
  /** Samples in `past`; the next output's first tap is at `at`, and its phase. */
  private held = 0;
  private at = 0;
  private phase = 0;

  /** `most` is the most samples of one call of `process`. */
  constructor(from: number, to: number, most: number) {
    this.filter = filterOf(from, to);
    this.half = this.filter.half;
    this.past = new Float32Array(2 * this.half + most + Math.ceil(this.filter.step / this.filter.phases) + 1);
    this.reset();
  }

  /** Takes `count` samples, writes every output that they complete from `offset` on, and gives their number. */
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
    // At a lower rate the next output may begin after what is held.
    const gone = Math.min(this.at, this.held);
    past.copyWithin(0, gone, this.held);
    this.held -= gone;
    this.at -= gone;
    return made;
  }

  reset(): void {
    // Output 0 lies at input 0: before it there is silence.
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
    throw new NamError("host", `nothing is resampled from ${from} to ${to} Hz: their ratio is not one of small whole numbers`);
  const lower = Math.min(1, to / from);
  const half = Math.ceil(CROSSINGS / lower);
  const taps = new Float32Array(2 * half * phases);
  for (let p = 0; p < phases; p++) {
    const row = taps.subarray(2 * half * p, 2 * half * (p + 1));
    let sum = 0;
    for (let k = 0; k < 2 * half; k++) {
      // Input samples from the output to tap k.
      const t = k - (half - 1) - p / phases;
      row[k] = sinc(CUTOFF * lower * t) * kaiser(t / half);
      sum += row[k]!;
    }
    // A constant signal stays what it is, at every phase.
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

// At x from -1 to 1, but for a factor.
function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(SHAPE * Math.sqrt(1 - x * x));
}

// The modified Bessel function of order 0, by its series.
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-12 * sum; n++) sum += term *= (x / (2 * n)) ** 2;
  return sum;
}
