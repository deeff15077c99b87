// A processor that watches the audio thread: how long that waits for its next quantum, and whether its input is below 8.

// Milliseconds. This is longer than the buffer of an output device for live sound.
const LONG = 20;

class Watch extends AudioWorkletProcessor {
  constructor() {
    super();
    this.before = Date.now();
    this.clear();
    this.port.onmessage = () => {
      // Lost sound: the time that has passed, less the time of the frames that were asked for.
      const lost = Date.now() - this.began - (1000 * 128 * this.quanta) / sampleRate;
      this.port.postMessage({ quanta: this.quanta, long: this.long, worst: this.worst, lost, broken: this.broken });
      this.clear();
    };
  }
  clear() {
    this.began = Date.now();
    this.quanta = this.long = this.worst = this.broken = 0;
  }
  process([input]) {
    const now = Date.now();
    const waited = now - this.before;
    this.before = now;
    this.quanta++;
    if (waited > LONG) this.long++;
    this.worst = Math.max(this.worst, waited);
    for (const sample of input[0] ?? []) if (!(Math.abs(sample) < 8)) this.broken++;
    return true;
  }
}
registerProcessor("watch", Watch);
