/** The processor of NamNode: everything that runs in the audio thread. */
import { Engine } from "./engine.js";
import { NamError } from "./errors.js";
import { PROCESSOR, type ProcessorOptions, type Reply, type Request } from "./messages.js";

// Of AudioWorkletGlobalScope, which TypeScript's libraries leave out.
declare const registerProcessor: (name: string, processor: unknown) => void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

// Frames of one call of the engine: a render quantum of any size is cut into such.
const BLOCK = 128;

class NamProcessor extends AudioWorkletProcessor {
  private readonly module: WebAssembly.Module;
  private readonly fadeFrames: number;
  private playing: Engine | null = null;
  /** The model that is being faded out, and how many frames of that are done. */
  private leaving: Engine | null = null;
  private faded = 0;
  private disposed = false;

  constructor({ processorOptions }: { processorOptions: ProcessorOptions }) {
    super();
    this.module = processorOptions.module;
    this.fadeFrames = processorOptions.fadeFrames;
    this.port.onmessage = ({ data }: MessageEvent<Request>) => this.port.postMessage(this.answer(data));
  }

  private answer(request: Request): Reply {
    const { id } = request;
    try {
      return this.obey(request);
    } catch (error) {
      // What played goes on playing.
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
        const engine = new Engine(this.module, request.text, request.quality, BLOCK, request);
        const { info, player, memoryBytes } = engine;
        if (info.inputChannels !== 1)
          throw new NamError("config", `the model has ${info.inputChannels} inputs; a NamNode plays mono ones`);
        this.leaving = this.playing;
        this.playing = engine;
        this.faded = 0;
        return { id, loaded: { info, player, memoryBytes } };
      }
      case "quality":
        this.playing?.setQuality(request.quality, this.fadeFrames);
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

  process([input]: Float32Array[][], [output]: Float32Array[][]): boolean {
    if (this.disposed) return false;
    if (!this.playing || !output?.[0]) return true;
    const frames = output[0].length;
    for (let t = 0; t < frames; t += BLOCK) this.block(input?.[0], output, t, Math.min(BLOCK, frames - t));
    return true;
  }

  private block(input: Float32Array | undefined, output: Float32Array[], t: number, count: number): void {
    const playing = this.playing!;
    run(playing, input, t, count);
    const channels = playing.info.outputChannels;
    if (this.leaving) run(this.leaving, input, t, count);
    for (let c = 0; c < output.length; c++) {
      const to = output[c]!;
      const from = playing.output(Math.min(c, channels - 1));
      const before = this.leaving?.output(Math.min(c, this.leaving.info.outputChannels - 1));
      for (let i = 0; i < count; i++) {
        const gain = before ? Math.min(1, (this.faded + i + 1) / (this.fadeFrames + 1)) : 1;
        to[t + i] = before ? before[i]! + gain * (from[i]! - before[i]!) : from[i]!;
      }
    }
    this.faded += count;
    if (this.faded >= this.fadeFrames) this.leaving = null;
  }
}

// An infinity or NaN would stay in a model's past forever: a node before this one that makes them is heard as silence.
function run(engine: Engine, input: Float32Array | undefined, t: number, count: number): void {
  const to = engine.input(0);
  for (let i = 0; i < count; i++) {
    const sample = input ? input[t + i]! : 0;
    to[i] = sample - sample === 0 ? sample : 0;
  }
  engine.run(count);
}

registerProcessor(PROCESSOR, NamProcessor);
