// Two short sounds beside what the page shows: a card was read, or could not be. Never the only
// sign of anything; each counter may switch them off.

const OFF = "sound";
const GOOD = [[880, 0], [1320, 0.09]];
const BAD = [[220, 0], [180, 0.16]];
let context = null;

export const isSounding = () => localStorage.getItem(OFF) !== "off";

export const soundGood = () => play(GOOD, 0.08);
export const soundBad = () => play(BAD, 0.14);

function play(notes, seconds) {
  if (!isSounding() || !window.AudioContext) return;
  context ??= new AudioContext();
  // Until somebody has pressed a key in this window, browsers keep it silent.
  context.resume().catch(() => {});
  for (const [pitch, after] of notes) {
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const at = context.currentTime + after;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.12, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
  }
}
