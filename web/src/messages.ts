/** The messages between NamNode and its processor. */
import type { EngineImage } from "./engine.js";
import type { NamErrorKind } from "./errors.js";

export const PROCESSOR = "nam-core";

/** A model to play, and how. */
export interface Load {
  image: EngineImage;
  /** Sample rate in Hz at which the model runs. Without it, the context's rate. */
  modelRate?: number;
}

export interface ProcessorOptions {
  module: WebAssembly.Module;
}

export type Request =
  | ({ type: "load"; id: number } & Load)
  | { type: "quality"; id: number; quality: number }
  | { type: "reset"; id: number }
  | { type: "dispose"; id: number };

export type Reply =
  | { id: number; loaded?: { memoryBytes: number; latency: number } }
  | { id: number; error: { kind: NamErrorKind | "range"; message: string; location: string } };
