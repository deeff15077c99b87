// Plays the sounds of a trial side by side, on one clock, and lets one of them be heard. All start at the same frame
// and loop alike, so that a switch keeps the place in the music. A switch is a crossfade of 5 ms.
const FADE_SECONDS = 0.005;

class Player {
  // context: an AudioContext, or, in a test that reads the output, an OfflineAudioContext.
  // buffers: a Map from the name of a sound to its AudioBuffer; all have the same length.
  constructor(context, buffers) {
    this.context = context;
    this.buffers = buffers;
    this.voices = new Map();
    this.heard = null;
    const [first] = buffers.values();
    this.loop = { start: 0, end: first.duration };
  }

  get playing() { return this.voices.size > 0; }

  // Start all sounds at the start of the loop, at this time of the context's clock; this sound is heard.
  start(name, when = this.context.currentTime + 0.02) {
    this.stop();
    this.began = when;
    for (const [other, buffer] of this.buffers) {
      const source = new AudioBufferSourceNode(this.context, {
        buffer, loop: true, loopStart: this.loop.start, loopEnd: this.loop.end,
      });
      const gain = new GainNode(this.context, { gain: other === name ? 1 : 0 });
      source.connect(gain).connect(this.context.destination);
      source.start(when, this.loop.start);
      this.voices.set(other, { source, gain, from: other === name ? 1 : 0, to: other === name ? 1 : 0, at: -1 });
    }
    this.heard = name;
  }

  // Switch to another sound.
  select(name, when = this.context.currentTime) {
    if (!this.playing || name === this.heard) return;
    for (const [other, voice] of this.voices) {
      // The gain that an earlier fade has reached: from here on, so that two quick switches make no step.
      const share = Math.min(Math.max((when - voice.at) / FADE_SECONDS, 0), 1);
      const now = voice.from + (voice.to - voice.from) * share;
      const target = other === name ? 1 : 0;
      if (now === target && voice.to === target) continue;
      const gain = voice.gain.gain;
      gain.cancelScheduledValues(when);
      // The end of a fade under way has just been cancelled, so the fade has to be told to go on until this moment.
      if (share < 1) gain.linearRampToValueAtTime(now, when); else gain.setValueAtTime(now, when);
      gain.linearRampToValueAtTime(target, when + FADE_SECONDS);
      Object.assign(voice, { from: now, to: target, at: when });
    }
    this.heard = name;
  }

  stop() {
    for (const { source, gain } of this.voices.values()) {
      source.stop();
      source.disconnect();
      gain.disconnect();
    }
    this.voices.clear();
  }

  // Loop from start to end, in seconds; playback restarts at the start.
  setLoop(start, end) {
    this.loop = { start, end };
    if (this.playing) this.start(this.heard);
  }

  // The position of playback, in seconds from the beginning of the sounds.
  get position() {
    if (!this.playing) return this.loop.start;
    const length = this.loop.end - this.loop.start;
    const past = Math.max(this.context.currentTime - this.began, 0);
    return this.loop.start + (past % length);
  }
}
