// A processor that watches the audio thread: how late its quanta come, and whether what it hears is a signal.
class Watch extends AudioWorkletProcessor {
  constructor() {
    super();
    this.least = Infinity;
    this.clear();
    this.port.onmessage = () => {
      this.port.postMessage({ quanta: this.quanta, late: this.late, worst: this.worst, broken: this.broken });
      this.clear();
    };
  }
  clear() {
    this.quanta = this.late = this.worst = this.broken = 0;
  }
  process([input]) {
    // How far the clock is ahead of the sound, beside the least of that so far.
    const ahead = Date.now() - (1000 * currentFrame) / sampleRate;
    this.least = Math.min(this.least, ahead);
    const late = ahead - this.least;
    this.quanta++;
    // Longer than the buffer of an output device that is meant for live sound.
    if (late > 20) this.late++;
    this.worst = Math.max(this.worst, late);
    for (const sample of input[0] ?? []) if (!(Math.abs(sample) < 8)) this.broken++;
    return true;
  }
}
registerProcessor("watch", Watch);
