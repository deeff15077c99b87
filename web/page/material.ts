/** What is played: the recordings inside the page, files, the live input. */
import { readWav, type Sound } from "../src/index.js";
import { find } from "./elements.js";
import { type Graph, SAMPLE_RATE } from "./graph.js";

/** A recording: as it plays here, and as it is, which is what a render reads. */
export interface Recording {
  name: string;
  buffer: AudioBuffer;
  dry: Sound;
}

/** A recording inside the page: CC0, from `nam-core suite`. */
export async function builtIn(graph: Graph, name: string): Promise<Recording> {
  const bytes = Uint8Array.from(atob(find(`di-${name}`).textContent!.trim()), (letter) => letter.charCodeAt(0));
  const buffer = await graph.decode(bytes.buffer);
  return { name, buffer, dry: { sampleRate: SAMPLE_RATE, channels: [buffer.getChannelData(0)] } };
}

/**
 * A file of the user. A WAV is read sample by sample for renders, as Python reads it; of another format those are the
 * samples that the browser decodes, at the page's rate.
 */
export async function fromFile(graph: Graph, file: File): Promise<Recording> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const isWav = /\.wave?$/i.test(file.name);
  const dry = isWav ? readWav(bytes) : null;
  const buffer = await graph.decode(bytes.buffer).catch(() => {
    throw new Error("this browser cannot decode it; WAV and FLAC are understood everywhere");
  });
  return { name: file.name, buffer, dry: dry ?? { sampleRate: SAMPLE_RATE, channels: [buffer.getChannelData(0)] } };
}
