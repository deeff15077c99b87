/** The messages between NamNode and its processor. */
import type { EngineState } from "./engine.js";
import type { NamErrorKind } from "./errors.js";

export const PROCESSOR = "nam-core";

/** A model to play, of which all memory has been sent. */
export interface Load {
  state: EngineState;
  /** Sample rate in Hz at which the model runs. Without it, the context's rate. */
  modelRate?: number;
}

export interface ProcessorOptions {
  module: WebAssembly.Module;
}

/** Bytes of memory in one message. The audio thread copies them between two quanta, in a part of the time of a quantum. */
export const PIECE_BYTES = 2 ** 17;

export type Request =
  | { type: "prepare"; id: number; bytes: number }
  | { type: "piece"; id: number; at: number; piece: Uint8Array }
  | ({ type: "load"; id: number } & Load)
  | { type: "quality"; id: number; quality: number }
  | { type: "reset"; id: number }
  | { type: "dispose"; id: number };

export type Reply =
  | { id: number; loaded?: { memoryBytes: number; latency: number } }
  | { id: number; error: { kind: NamErrorKind | "range"; message: string; location: string } };
