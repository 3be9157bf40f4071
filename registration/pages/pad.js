// The signature pad: every sample that the pen, finger or mouse gave, with its pressure.

const HUNDREDTHS_PER_PX = 2540 / 96;
const LEAST_POINTS = 12;
const INK = "#10233f";

/** Turn a canvas into a pad; `changed` is called after each stroke. */
export function makePad(canvas, changed) {
  const pad = { strokes: [], device: "mouse", started: 0, stroke: null };
  const context = canvas.getContext("2d");

  function fit() {
    const { width, height } = canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    pad.strokes.forEach(drawStroke);
  }

  function sample(event) {
    const box = canvas.getBoundingClientRect();
    if (!pad.started) pad.started = event.timeStamp;
    const last = pad.stroke.at(-1);
    const at = Math.max(0, Math.round(event.timeStamp - pad.started));
    // A mouse measures no pressure; browsers say 0.5 then, and so does the record.
    const pressure = Math.round(Math.min(Math.max(event.pressure || 0.5, 0), 1) * 1000);
    pad.stroke.push([
      Math.max(at, last ? last[0] : 0, lastTime()),
      Math.round((event.clientX - box.left) * HUNDREDTHS_PER_PX),
      Math.round((event.clientY - box.top) * HUNDREDTHS_PER_PX),
      pressure,
    ]);
  }

  const lastTime = () => pad.strokes.at(-1)?.at(-1)?.[0] ?? 0;

  function drawStroke(stroke) {
    for (let at = 1; at < stroke.length; at++) drawLine(stroke[at - 1], stroke[at]);
    if (stroke.length === 1) drawLine(stroke[0], stroke[0]);
  }

  function drawLine([, x0, y0], [, x1, y1, pressure]) {
    context.strokeStyle = INK;
    context.lineCap = "round";
    context.lineWidth = 2.5 + (pressure / 1000) * 4;
    context.beginPath();
    context.moveTo(x0 / HUNDREDTHS_PER_PX, y0 / HUNDREDTHS_PER_PX);
    context.lineTo(x1 / HUNDREDTHS_PER_PX, y1 / HUNDREDTHS_PER_PX);
    context.stroke();
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pad.stroke || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pad.pointer = event.pointerId;
    pad.device = event.pointerType === "pen" || event.pointerType === "touch" ? event.pointerType : "mouse";
    pad.stroke = [];
    sample(event);
  });

  canvas.addEventListener("pointermove", (event) => {
    if (!pad.stroke || event.pointerId !== pad.pointer) return;
    // Between two frames a pen gives several samples; all of them are the signature.
    const all = event.getCoalescedEvents?.() ?? [];
    for (const one of all.length ? all : [event]) {
      const before = pad.stroke.at(-1);
      sample(one);
      drawLine(before, pad.stroke.at(-1));
    }
  });

  const end = (event) => {
    if (!pad.stroke || event.pointerId !== pad.pointer) return;
    pad.strokes.push(pad.stroke);
    pad.stroke = null;
    changed();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);

  pad.clear = () => {
    Object.assign(pad, { strokes: [], started: 0, stroke: null });
    context.clearRect(0, 0, canvas.width, canvas.height);
    changed();
  };
  pad.isEnough = () => pad.strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= LEAST_POINTS;
  /** Return the ink as the counter takes it. */
  pad.ink = () => {
    const { width, height } = canvas.getBoundingClientRect();
    return {
      strokes: pad.strokes,
      width: Math.round(width * HUNDREDTHS_PER_PX),
      height: Math.round(height * HUNDREDTHS_PER_PX),
      device: pad.device,
    };
  };
  new ResizeObserver(fit).observe(canvas);
  return pad;
}
