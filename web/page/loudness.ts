/** Loudness as heard: the mean power behind the K-weighting of ITU-R BS.1770, without its gates. */

/** LUFS of a mono signal; -Infinity for silence. */
export function loudness(signal: Float32Array, sampleRate: number): number {
  const shelf = biquad(highShelf(sampleRate));
  const pass = biquad(highPass(sampleRate));
  let power = 0;
  for (const sample of signal) power += pass(shelf(sample)) ** 2;
  return -0.691 + 10 * Math.log10(power / signal.length);
}

// b0, b1, b2, a1, a2 with a0 = 1.
type Coefficients = [number, number, number, number, number];

// The two filters are given for 48 kHz; these are the analogue ones behind them, for any rate.
function highShelf(sampleRate: number): Coefficients {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return [
    (high + (band * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  ];
}

function highPass(sampleRate: number): Coefficients {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
}

function biquad([b0, b1, b2, a1, a2]: Coefficients): (x: number) => number {
  let first = 0;
  let second = 0;
  return (x) => {
    const y = b0 * x + first;
    first = b1 * x - a1 * y + second;
    second = b2 * x - a2 * y;
    return y;
  };
}
