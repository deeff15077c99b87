/** The gains around a model: plain gains, normalisation by loudness, calibration by dBu (format 11.4), as in Python. */
import type { Metadata, Size } from "./engine.js";

export interface GainOptions {
  inputGainDb?: number;
  outputGainDb?: number;
  /** Loudness in dB that the output gets, such as the NAM plugin's -18. Not together with `interfaceDbu`. */
  normalize?: number;
  /** The level, in dBu RMS, of a 1 kHz sine that reads 0 dBFS peak at your interface's input. */
  interfaceDbu?: number;
}

/** Gains in dB before and after a model, and a warning for each level that was asked for but the file does not state. */
export interface Gains {
  inputDb: number;
  outputDb: number;
  warnings: string[];
}

// Every interface is within these limits, so other figures are mistakes.
const LOW_DBU = -60;
const HIGH_DBU = 60;

/**
 * The gains that bring a model to a level.
 *
 * @throws RangeError for `normalize` and `interfaceDbu` together, or an interface outside -60 to 60 dBu.
 */
export function gains(model: { metadata: Metadata; size: Size }, options: GainOptions = {}): Gains {
  const { inputGainDb = 0, outputGainDb = 0, normalize, interfaceDbu } = options;
  const warnings: string[] = [];
  let inputDb = inputGainDb;
  let outputDb = outputGainDb;
  if (normalize !== undefined && interfaceDbu !== undefined)
    throw new RangeError("normalize and interfaceDbu both set the output level; choose one of them");
  if (normalize !== undefined) {
    const stated = model.size.loudness;
    if (stated === null)
      warnings.push("the loudness is not known: the file does not state it; the output is not normalised");
    else outputDb += normalize - stated;
  }
  if (interfaceDbu !== undefined) {
    if (!(interfaceDbu >= LOW_DBU && interfaceDbu <= HIGH_DBU))
      throw new RangeError(`interfaceDbu must be from ${LOW_DBU} to ${HIGH_DBU} dBu; found ${interfaceDbu}`);
    const captured = plausible(model.metadata.inputLevelDbu, "input_level_dbu", warnings);
    const amplifier = plausible(model.metadata.outputLevelDbu, "output_level_dbu", warnings);
    if (captured !== null) inputDb += interfaceDbu - captured;
    if (amplifier !== null) outputDb += amplifier - interfaceDbu;
  }
  return { inputDb, outputDb, warnings };
}

function plausible(dbu: number | null, name: string, warnings: string[]): number | null {
  if (dbu === null) {
    warnings.push(`the file does not state ${name}; no gain is set from it`);
  } else if (dbu < LOW_DBU || dbu > HIGH_DBU) {
    warnings.push(`the file states ${name} = ${dbu} dBu, which no interface has; no gain is set from it`);
    return null;
  }
  return dbu;
}
