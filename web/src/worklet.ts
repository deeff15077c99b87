/** The processor of NamNode. This file runs in the audio thread. */
import { Engine } from "./engine.js";
import { NamError } from "./errors.js";
import { PROCESSOR, type Load, type ProcessorOptions, type Reply, type Request } from "./messages.js";
import { BLOCK, engineBlock, Voice } from "./voice.js";

// A function of AudioWorkletGlobalScope, which TypeScript's libraries do not declare.
declare const registerProcessor: (name: string, processor: unknown) => void;
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const FADE_SECONDS = 0.01;

class NamProcessor extends AudioWorkletProcessor {
  private readonly module: WebAssembly.Module;
  private readonly fadeFrames = Math.round(FADE_SECONDS * sampleRate);
  private playing: Voice | null = null;
  /** The model that fades out, and the number of frames of the fade that are done. */
  private leaving: Voice | null = null;
  private faded = 0;
  private disposed = false;

  constructor({ processorOptions }: { processorOptions: ProcessorOptions }) {
    super();
    this.module = processorOptions.module;
    this.port.onmessage = ({ data }: MessageEvent<Request>) => this.port.postMessage(this.answer(data));
  }

  private answer(request: Request): Reply {
    const { id } = request;
    try {
      return this.obey(request);
    } catch (error) {
      // The present model plays on.
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof NamError) {
        const { kind, location } = error;
        return { id, error: { kind, location, message: location ? message.slice(location.length + 2) : message } };
      }
      return { id, error: { kind: error instanceof RangeError ? "range" : "host", location: "", message } };
    }
  }

  private obey(request: Request): Reply {
    const { id } = request;
    switch (request.type) {
      case "load": {
        const voice = this.open(request);
        const { engine, latency } = voice;
        this.leaving = this.playing;
        this.playing = voice;
        this.faded = 0;
        return { id, loaded: { memoryBytes: engine.memoryBytes, latency } };
      }
      case "quality":
        this.playing?.setQuality(request.quality, FADE_SECONDS);
        return { id };
      case "reset":
        this.playing?.reset();
        return { id };
      case "dispose":
        this.disposed = true;
        this.playing = this.leaving = null;
        return { id };
    }
  }

  private open(load: Load): Voice {
    const rate = load.modelRate ?? sampleRate;
    const engine = Engine.continued(this.module, load.image);
    engine.reserve(engineBlock(sampleRate, rate));
    return new Voice(engine, sampleRate, rate);
  }

  // A render quantum may have any size; it is cut into blocks.
  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    if (this.disposed) return false;
    if (!this.playing || !output?.[0]) return true;
    const frames = output[0].length;
    for (let t = 0; t < frames; t += BLOCK) this.block(input?.[0], output, t, Math.min(BLOCK, frames - t));
    return true;
  }

  private block(input: Float32Array | undefined, output: Float32Array[], t: number, count: number): void {
    const playing = this.playing!;
    playing.run(input, t, count);
    this.leaving?.run(input, t, count);
    for (let c = 0; c < output.length; c++) {
      const to = output[c]!;
      const from = playing.output(c);
      const before = this.leaving?.output(c);
      for (let i = 0; i < count; i++) {
        const gain = before ? Math.min(1, (this.faded + i + 1) / (this.fadeFrames + 1)) : 1;
        to[t + i] = before ? before[i]! + gain * (from[i]! - before[i]!) : from[i]!;
      }
    }
    this.faded += count;
    if (this.faded >= this.fadeFrames) this.leaving = null;
  }
}

registerProcessor(PROCESSOR, NamProcessor);
