/** A model as a node of the Web Audio API. */
import { Engine, type FileInfo, type Metadata, type ReadOptions, type Size, sizeAt } from "./engine.js";
import { NamError } from "./errors.js";
import { PROCESSOR, type Load, type ProcessorOptions, type Reply, type Request } from "./messages.js";
import { contents, type NamSource } from "./model.js";
import { loadModule, type WasmSource } from "./module.js";

export interface NamNodeOptions extends ReadOptions {
  /** Size of a model that can be slimmed, from 0 (smallest) to 1 (full, the default). */
  quality?: number;
  /** The modules' bytes or URLs, if they are not beside this file (`nam-core/inline` has the bytes). */
  wasm?: WasmSource;
  /** URL of the processor's file `worklet.js`, if a bundler moved it away from this file. */
  workletUrl?: URL | string;
  /**
   * What to do with a model whose sample rate is not the context's. "resample" (the default) runs it at its own rate between
   * two resamplers: this adds a latency of 1.5 ms, and removes the highest frequencies (above 18 kHz at 44.1 kHz). "refuse"
   * throws. "play" runs it at the context's rate, where it sounds other than captured. In a context of the model's own rate,
   * such as `new AudioContext({ sampleRate: 48000 })`, nothing is resampled.
   */
  otherRate?: "resample" | "refuse" | "play";
}

// Node has no AudioWorkletNode. This file must still load there; NamNode.create throws.
const Base: typeof AudioWorkletNode =
  typeof AudioWorkletNode === "undefined" ? (class {} as unknown as typeof AudioWorkletNode) : AudioWorkletNode;

const added = new WeakMap<BaseAudioContext, Promise<void>>();

function addWorklet(context: BaseAudioContext, url: URL | string): Promise<void> {
  let promise = added.get(context);
  if (!promise) {
    promise = context.audioWorklet.addModule(url).catch((error: unknown) => {
      added.delete(context);
      const why = error instanceof Error ? error.message : String(error);
      throw new NamError("host", `${url} cannot be loaded into the audio worklet: ${why}`);
    });
    added.set(context, promise);
  }
  return promise;
}

// Returns the result of a promise. Once the context is closed, its audio thread answers nothing more: then an error says so.
function whileOpen<T>(context: BaseAudioContext, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (context.state === "closed") reject(new NamError("host", "the audio context is closed"));
    };
    context.addEventListener("statechange", check);
    check();
    const refuse = (error: unknown) => {
      // The browser may refuse the processor's file because the context has just been closed.
      check();
      reject(error);
    };
    promise.then(resolve, refuse).finally(() => context.removeEventListener("statechange", check));
  });
}

/**
 * Plays a model. Its input is mixed down to one channel, and every output channel gets the model's output.
 *
 * Files are read, and models built, in the thread that asks for it. The audio thread copies the result.
 */
export class NamNode extends Base {
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private readonly options: NamNodeOptions;
  private sent = 0;
  private file: FileInfo | null = null;
  private wanted = 1;
  private disposed = false;
  private bytes = 0;
  private delay = 0;

  private constructor(
    context: BaseAudioContext,
    private readonly module: WebAssembly.Module,
    /** Whether the output has the native engine's bits. Without relaxed SIMD it is right to about 1e-6. */
    readonly exact: boolean,
    options: NamNodeOptions,
  ) {
    const processorOptions: ProcessorOptions = { module };
    super(context, PROCESSOR, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      channelCount: 1,
      channelCountMode: "explicit",
      outputChannelCount: [2],
      processorOptions,
    });
    this.options = options;
    this.addEventListener("processorerror", () => {
      const error = new NamError("host", "the processor failed in the audio thread; this node is silent from now on");
      this.dispatchEvent(new ErrorEvent("error", { error, message: error.message }));
    });
    this.port.onmessage = ({ data }: MessageEvent<Reply>) => {
      this.waiting.get(data.id)?.(data);
      this.waiting.delete(data.id);
    };
  }

  /**
   * Returns a node that plays this model.
   *
   * @throws NamError that says what is wrong and where in the file, or what this browser or context lacks.
   * @throws RangeError for a quality outside 0 to 1.
   */
  static async create(context: BaseAudioContext, source: NamSource, options: NamNodeOptions = {}): Promise<NamNode> {
    if (typeof AudioWorkletNode === "undefined" || !context.audioWorklet)
      throw new NamError("host", "there is no AudioWorklet here: use a browser, and serve the page by https or from localhost");
    const [{ module, exact }, text] = await whileOpen(
      context,
      Promise.all([
        loadModule(options.wasm),
        contents(source),
        addWorklet(context, options.workletUrl ?? new URL("./worklet.js", import.meta.url)),
      ]),
    );
    const node = new NamNode(context, module, exact, options);
    try {
      await node.play(text, options);
    } catch (error) {
      node.dispose();
      throw error;
    }
    return node;
  }

  /**
   * Changes to another model, with a crossfade of 10 ms. If its file is refused, the present model plays on.
   *
   * @throws the errors of `create`.
   */
  async load(source: NamSource, options: ReadOptions & { quality?: number } = {}): Promise<void> {
    await this.play(await contents(source), { ...this.options, ...options });
  }

  /** The quality that was last asked for. Setting it changes the size, with a crossfade of 10 ms. */
  get quality(): number {
    return this.wanted;
  }
  set quality(quality: number) {
    // A setter cannot return a promise, so a failure becomes an event.
    this.setQuality(quality).catch((error: unknown) =>
      this.dispatchEvent(new ErrorEvent("error", { error, message: String(error) })),
    );
  }
  /** Sets the quality. The promise resolves when the crossfade has begun. */
  async setQuality(quality: number): Promise<void> {
    sizeAt(this.info.sizes, quality);
    this.wanted = quality;
    await this.ask({ type: "quality", id: 0, quality });
  }

  /** Returns to the start state, which is the state after silence. */
  reset(): Promise<void> {
    return this.ask({ type: "reset", id: 0 }).then(() => undefined);
  }

  /** What the reader found in the file that plays. */
  get info(): FileInfo {
    if (!this.file) throw new NamError("host", "the node was disposed of");
    return this.file;
  }
  get metadata(): Metadata {
    return this.info.metadata;
  }
  get sizes(): readonly Size[] {
    return this.info.sizes;
  }
  /** The size that the present quality selects. */
  get size(): Size {
    return this.sizes[sizeAt(this.sizes, this.wanted)]!;
  }
  /** Frames of the context between input and output: 0 unless the model is resampled. */
  get latency(): number {
    return this.delay;
  }
  /** Bytes of the model's WebAssembly instance in the audio thread. */
  get memoryBytes(): number {
    return this.bytes;
  }

  /** Disconnects the node and frees everything in the audio thread. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.file = null;
    this.disconnect();
    this.port.postMessage({ type: "dispose", id: 0 } satisfies Request);
  }

  // Reads and builds in this thread: in the audio thread it would take the time of several quanta.
  private async play(text: Uint8Array, options: NamNodeOptions): Promise<void> {
    const quality = options.quality ?? 1;
    const engine = Engine.read(this.module, text, quality, options);
    const { inputChannels, sampleRate } = engine.info;
    if (inputChannels !== 1)
      throw new NamError("config", `the model has ${inputChannels} inputs; a NamNode plays models with 1 input`);
    const load: Load = { image: engine.image() };
    const modelRate = this.rateFor(sampleRate);
    if (modelRate !== null) load.modelRate = modelRate;
    const reply = await this.ask({ type: "load", id: 0, ...load }, [load.image.memory]);
    if (!("loaded" in reply) || !reply.loaded) return;
    if (this.disposed) throw new NamError("host", "the node was disposed of");
    this.file = engine.info;
    this.bytes = reply.loaded.memoryBytes;
    this.delay = reply.loaded.latency;
    this.wanted = quality;
  }

  // Returns the rate at which a model of this rate runs, or null for the context's.
  private rateFor(sampleRate: number | null): number | null {
    const { otherRate = "resample" } = this.options;
    if (otherRate === "refuse" && sampleRate !== null && sampleRate !== this.context.sampleRate)
      throw new NamError(
        "host",
        `the model runs at ${sampleRate} Hz, the audio context at ${this.context.sampleRate} Hz: ` +
          `create it with new AudioContext({ sampleRate: ${sampleRate} }), or allow otherRate: "resample"`,
      );
    return otherRate === "play" ? null : sampleRate;
  }

  private ask(request: Request, transferred: Transferable[] = []): Promise<Reply> {
    if (this.disposed) return Promise.reject(new NamError("host", "the node was disposed of"));
    const id = ++this.sent;
    const answered = new Promise<Reply>((resolve, reject) => {
      this.waiting.set(id, (reply) => {
        if (!("error" in reply)) return resolve(reply);
        const { kind, message, location } = reply.error;
        reject(kind === "range" ? new RangeError(message) : new NamError(kind, message, location));
      });
      this.port.postMessage({ ...request, id }, transferred);
    });
    return whileOpen(this.context, answered);
  }
}
