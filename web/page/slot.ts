/** One of the two models: its card on the page, and what is known of it. */
import { gains, type Gains, NamModel, type NamNode, type NamSource } from "../src/index.js";
import { wasm } from "../src/inline.js";
import { el, find } from "./elements.js";
import type { Graph, Slot } from "./graph.js";
import { loudness } from "./loudness.js";

/** LUFS of the built-in recording through a model that is level-matched. */
const MATCHED_LUFS = -20;
/** Of the recording, for which a model's loudness is measured: as much as is worth waiting for. */
const MEASURED_SECONDS = 3;

export interface Levels {
  inputGainDb: number;
  interfaceDbu: number | null;
  matched: boolean;
}

export class SlotCard {
  /** The model outside the audio thread: what it costs and how loud it is. */
  private model: NamModel | null = null;
  private node: NamNode | null = null;
  private readonly costs = new Map<number, number>();
  private readonly card: HTMLElement;
  private readonly slider: HTMLInputElement;
  private loudnessIsOf = "";
  private loudnessFound = 0;
  source: NamSource | null = null;
  fileName = "";

  constructor(
    readonly slot: Slot,
    private readonly graph: Graph,
    private readonly changed: () => void,
    private readonly material: () => Float32Array,
  ) {
    this.card = find(`slot-${slot}`);
    this.slider = this.card.querySelector<HTMLInputElement>('[type="range"]')!;
    this.slider.addEventListener("input", () => this.setQuality());
    find(`remove-${slot}`).addEventListener("click", () => this.remove());
    this.show();
  }

  get isLoaded(): boolean {
    return this.model !== null;
  }
  get quality(): number {
    return Number(this.slider.value);
  }

  /** Plays a file. If it is refused, the card says why, and what played goes on. */
  async load(source: NamSource, fileName: string): Promise<boolean> {
    try {
      const model = await NamModel.create(source, { wasm });
      const { inputChannels } = model.info;
      if (inputChannels !== 1) {
        model.dispose();
        throw new Error(`the model has ${inputChannels} inputs; this page plays models with 1 input`);
      }
      this.node = await this.graph.load(this.slot, source, 1).catch((error: unknown) => {
        model.dispose();
        throw error;
      });
      this.model?.dispose();
      this.model = model;
    } catch (error) {
      this.say(`${fileName}: ${error instanceof Error ? error.message : error}`);
      return false;
    }
    this.source = source;
    this.fileName = fileName;
    this.slider.value = "1";
    this.costs.clear();
    this.loudnessIsOf = "";
    this.say("");
    this.show();
    this.changed();
    return true;
  }

  remove(): void {
    this.graph.remove(this.slot);
    this.model?.dispose();
    this.model = this.node = this.source = null;
    this.say("");
    this.show();
    this.changed();
  }

  /** The gains around the model, as `nam-core render` has them with these options. */
  gains({ inputGainDb, interfaceDbu }: Levels): Gains {
    return gains(this.model!, { inputGainDb, ...(interfaceDbu !== null && { interfaceDbu }) });
  }
  /** The gain in dB that brings the model to the page's level, for the recording that plays. */
  matchingGain(inputDb: number): number {
    const model = this.model!;
    const state = `${inputDb} ${model.sizes.indexOf(model.size)} ${this.fileName}`;
    if (state !== this.loudnessIsOf) {
      const rate = model.sampleRate ?? 48000;
      const factor = 10 ** (inputDb / 20);
      model.reset();
      const wet = model.process([this.material().subarray(0, MEASURED_SECONDS * rate).map((sample) => sample * factor)])[0]!;
      this.loudnessFound = loudness(wet, rate);
      this.loudnessIsOf = state;
    }
    return Number.isFinite(this.loudnessFound) ? MATCHED_LUFS - this.loudnessFound : 0;
  }
  /** What the last file was refused for, or what else is to be read here. */
  say(words: string): void {
    const place = find(`problem-${this.slot}`);
    place.textContent = words;
    place.hidden = !words;
  }

  private setQuality(): void {
    if (!this.model || !this.node) return;
    this.model.setQuality(this.quality, { crossfade: 0 });
    this.node.quality = this.quality;
    this.show();
    this.changed();
  }

  private show(): void {
    const { model } = this;
    this.card.dataset.loaded = String(model !== null);
    find(`remove-${this.slot}`).hidden = !model;
    find(`quality-row-${this.slot}`).hidden = !model;
    const title = find(`name-${this.slot}`);
    const facts = find(`facts-${this.slot}`);
    facts.replaceChildren();
    title.textContent = model ? (model.metadata.name ?? this.fileName) : "no model yet";
    if (!model) return;
    const { info, size, sizes, metadata } = model;
    const lines = [
      ["file", this.fileName],
      ["made by", metadata.modeledBy],
      ["gear", [metadata.gearMake, metadata.gearModel].filter(Boolean).join(" ")],
      ["kind", `${info.architecture}, ${info.sampleRate === null ? "rate not stated" : `${info.sampleRate / 1000} kHz`}`],
      ["bits", model.exact ? "the native engine's" : "right to about 1e-6: this browser does not fuse multiply-adds"],
      ["memory", `${(model.memoryBytes / 2 ** 20).toFixed(1)} MiB`],
    ];
    for (const [label, text] of lines) if (text) facts.append(el("dt", label!), el("dd", text));
    for (const warning of info.warnings) facts.append(el("dt", "note"), el("dd", warning));
    this.slider.disabled = sizes.length === 1;
    find(`quality-${this.slot}`).textContent =
      `${sizes.length === 1 ? "one size" : `size ${sizes.indexOf(size) + 1} of ${sizes.length}`}: ` +
      `${size.macsPerFrame.toLocaleString("en")} MACs per sample, ${(100 * this.cost()).toFixed(1)} % of a core`;
  }

  // The share of a core that the present size takes here: the best of some short runs.
  private cost(): number {
    const model = this.model!;
    const index = model.sizes.indexOf(model.size);
    let found = this.costs.get(index);
    if (found === undefined) {
      const frames = 4096;
      const signal = Float32Array.from({ length: frames }, (_, t) => Math.sin(t / 7) / 2);
      found = Infinity;
      for (let i = 0; i < 6; i++) {
        const began = performance.now();
        model.process([signal]);
        found = Math.min(found, ((performance.now() - began) / 1000 / frames) * (model.sampleRate ?? 48000));
      }
      this.costs.set(index, found);
    }
    return found;
  }
}
