/** What sounds: a source, both models beside each other, a cabinet, the output and its meter. */
import { NamNode, type NamSource } from "../src/index.js";
import { inline } from "../src/inline.js";

export const SAMPLE_RATE = 48000;
const FADE_SECONDS = 0.02;

export type Slot = "A" | "B";

export class Graph {
  private readonly context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
  private readonly input: Record<Slot, GainNode>;
  private readonly level: Record<Slot, GainNode>;
  private readonly mix = new GainNode(this.context);
  private readonly volume = new GainNode(this.context);
  private readonly meter = new AnalyserNode(this.context, { fftSize: 2048 });
  private readonly nodes: Record<Slot, NamNode | null> = { A: null, B: null };
  private readonly samples = new Float32Array(this.meter.fftSize);
  private cabinet: NamNode | null = null;
  private source: AudioNode | null = null;
  private stream: MediaStream | null = null;

  constructor() {
    const gain = () => new GainNode(this.context);
    this.input = { A: gain(), B: gain() };
    this.level = { A: gain(), B: gain() };
    this.mix.connect(this.volume).connect(this.meter).connect(this.context.destination);
  }

  /** The node of a slot that plays this model: the present one changes over, so that nothing clicks. */
  async load(slot: Slot, source: NamSource, quality: number): Promise<NamNode> {
    const present = this.nodes[slot];
    if (present) {
      await present.load(source, { quality });
      return present;
    }
    const node = await NamNode.create(this.context, source, { quality, ...inline() });
    this.input[slot].connect(node).connect(this.level[slot]).connect(this.mix);
    this.nodes[slot] = node;
    return node;
  }
  /** Frees a slot. */
  remove(slot: Slot): void {
    this.nodes[slot]?.dispose();
    this.nodes[slot] = null;
    this.level[slot].disconnect();
  }

  /** A cabinet behind both models; null for none. */
  async setCabinet(source: NamSource | null): Promise<void> {
    const next = source ? await NamNode.create(this.context, source, inline()) : null;
    this.mix.disconnect();
    this.cabinet?.dispose();
    this.cabinet = next;
    (next ? this.mix.connect(next) : this.mix).connect(this.volume);
  }

  /** Gains in dB before and after a slot's model; after it null, for a slot that is not heard. */
  setGains(slot: Slot, inputDb: number, outputDb: number | null): void {
    this.fade(this.input[slot], inputDb);
    this.fade(this.level[slot], outputDb);
  }
  setVolume(db: number): void {
    this.fade(this.volume, db);
  }

  /** Plays a recording, again and again. */
  async playSound(buffer: AudioBuffer): Promise<void> {
    this.stop();
    const source = new AudioBufferSourceNode(this.context, { buffer, loop: true });
    source.start();
    await this.play(source);
  }
  /** Plays the live input, as it is: without echo cancellation and the like. @throws DOMException if it is not allowed. */
  async playInput(deviceId: string): Promise<void> {
    this.stop();
    const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    const audio = { ...raw, channelCount: 1, ...(deviceId && { deviceId: { exact: deviceId } }) };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio });
    await this.play(new MediaStreamAudioSourceNode(this.context, { mediaStream: this.stream }));
  }
  stop(): void {
    this.source?.disconnect();
    if (this.source instanceof AudioBufferSourceNode) this.source.stop();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.source = this.stream = null;
  }

  /** A file as this context plays it. @throws DOMException for what the browser cannot decode. */
  decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
    return this.context.decodeAudioData(bytes);
  }

  /** Seconds from input to output that the browser states: of its output, and of the live input if it knows. */
  latency(): { output: number; input: number | null } {
    const settings = this.stream?.getAudioTracks()[0]?.getSettings() as { latency?: number } | undefined;
    return { output: this.context.baseLatency + (this.context.outputLatency || 0), input: settings?.latency ?? null };
  }

  /** Peak and RMS of the last 43 ms at the output, in dBFS. */
  levels(): { peak: number; rms: number } {
    this.meter.getFloatTimeDomainData(this.samples);
    let peak = 0;
    let power = 0;
    for (const sample of this.samples) {
      peak = Math.max(peak, Math.abs(sample));
      power += sample * sample;
    }
    return { peak: 20 * Math.log10(peak), rms: 10 * Math.log10(power / this.samples.length) };
  }

  private async play(source: AudioNode): Promise<void> {
    this.source = source;
    for (const slot of ["A", "B"] as const) source.connect(this.input[slot]);
    await this.context.resume();
  }
  private fade(node: GainNode, db: number | null): void {
    const factor = db === null ? 0 : 10 ** (db / 20);
    node.gain.setTargetAtTime(factor, this.context.currentTime, FADE_SECONDS / 3);
  }
}
