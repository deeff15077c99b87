/** nam_core in JavaScript: the same engine as in Python and C++. With relaxed SIMD it gives the same bits. */
export { NamError, type NamErrorKind } from "./errors.js";
export type { FileInfo, Metadata, ReadOptions, Size } from "./engine.js";
export { gains, type GainOptions, type Gains } from "./levels.js";
export { hasRelaxedSimd, loadModule, type CompiledModule, type WasmFile, type WasmSource } from "./module.js";
export { NamModel, renderOffline, type NamModelOptions, type NamSource } from "./model.js";
export { readWav, writeWav, type Sound } from "./wav.js";
export { NamNode, type NamNodeOptions } from "./node.js";
