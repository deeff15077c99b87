// The order of a listener's trials, and the answers. The same name gets the same order.
function seedOf(text) {
  let hash = 2166136261;  // FNV-1a
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 16777619) >>> 0;
  return hash;
}

// Whole numbers below a limit, by Marsaglia's xorshift of 32 bits.
class Chance {
  constructor(seed) {
    this.state = seed || 1;
    for (let i = 0; i < 16; i++) this.below(2);
  }
  below(limit) {
    let x = this.state;
    x ^= x << 13; x ^= x >>> 17; x ^= x << 5;
    this.state = x >>> 0;
    return Math.floor(this.state / 4294967296 * limit);
  }
  shuffled(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}

// ABX: each stimulus of each item against the reference, test.trials times. MUSHRA: each item once.
function trialsFor(test, seed) {
  const chance = new Chance(seed);
  const trials = [];
  for (const item of test.items) {
    if (test.kind === "mushra") {
      trials.push({ item, stimuli: chance.shuffled(item.stimuli) });
      continue;
    }
    for (const stimulus of item.stimuli) {
      for (let i = 0; i < test.trials; i++) {
        const [a, b] = chance.shuffled([item.reference, stimulus]);
        trials.push({ item, a, b, x: [a, b][chance.below(2)] });
      }
    }
  }
  return chance.shuffled(trials);
}

function answersOf(test, listener, seed, started, given) {
  return {
    format: "nam_core listening answers", format_version: 1, test: test.test, kind: test.kind,
    listener, seed, started, finished: new Date().toISOString(), trials: given,
  };
}
