/** Reads an impulse response, such as a cabinet's, as a model (format 15.4), as Python does. */
import { NamError } from "./errors.js";
import type { Sound } from "./wav.js";

const MOST_TAPS = 2 ** 24;

/**
 * Returns the text of a .nam file whose Linear has the samples as its taps. No tap is scaled or cut off.
 *
 * @param sound mono, or stereo for one input and two outputs.
 * @throws NamError `file` if there are no samples, more than 2^24 samples, or more than two channels.
 */
export function responseText({ sampleRate, channels }: Sound): Uint8Array {
  const taps = channels[0]?.length ?? 0;
  const refuse = (what: string) => new NamError("file", `a sound file is read as an impulse response; this one ${what}`);
  if (channels.length > 2) throw refuse(`has ${channels.length} channels; must have 1 or 2`);
  if (taps === 0) throw refuse("has no samples");
  if (taps > MOST_TAPS) throw refuse(`has ${taps} frames; must have at most ${MOST_TAPS}`);
  const config = { receptive_field: taps, bias: false, in_channels: 1, out_channels: channels.length };
  if (channels.some((channel) => channel.some((sample) => !Number.isFinite(sample)))) throw refuse("has samples that are not finite");
  const weights = channels.flatMap((channel) => [...channel]);
  const file = { version: "0.7.0", architecture: "Linear", config, weights, sample_rate: sampleRate };
  return new TextEncoder().encode(JSON.stringify(file));
}
