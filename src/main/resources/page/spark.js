// Small lines of the last 24 hours beside the rows on the screen. They are asked for when a row has been seen for a moment.

import { get, isSilent, mainQuantities, seriesQuery } from './api.js';
import { DAY, MINUTE, toMs } from './format.js';
import { crosses, held, openGaps } from './plot.js';

const AT_ONCE = 20;
/** While a gap is filled, late values come several times a second. */
const LATE_MS = 5_000;
/** A line of a day moves slowly; one of minutes does not. */
const patience = (known) => Math.max(20_000, (known.to - known.from) / 120);

export class Sparks {
  #known = new Map();
  /** Devices of which earlier values came since their line was asked for. */
  #late = new Set();
  #timer = 0;
  #asking = false;

  constructor(model, onKnown) {
    this.model = model;
    this.onKnown = onKnown;
    this.isWide = window.matchMedia('(min-width: 1080px)');
    this.drawn = new WeakMap();
  }

  want(devices) {
    if (!this.isWide.matches) return;
    this.devices = devices;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), 150);
  }

  /** What a gap's filling brought belongs into the lines soon, however slowly they move otherwise. */
  late(devices) {
    for (const device of devices) this.#late.add(device);
  }

  async #ask() {
    if (this.#asking || document.hidden) return;
    const now = Date.now();
    const missing = this.devices.filter((device) => this.#series(device) && !(now < this.#due(device))).slice(0, AT_ONCE);
    if (missing.length === 0) return;
    missing.forEach((device) => this.#late.delete(device.id));
    this.#asking = true;
    try {
      const to = this.model.time();
      const from = Math.max(to - DAY, Math.min(to - MINUTE, ...(this.model.now?.journal ?? []).map((journal) => toMs(journal.oldest) ?? to)));
      const answer = await get('/api/series?' + seriesQuery(missing.map((device) => this.#series(device)), from, to, 110));
      missing.forEach((device) => this.#known.set(device.id, { asked: now, due: now + patience({ from, to }), lateDue: now + LATE_MS, from, to }));
      const gaps = openGaps({ gaps: (answer.gaps ?? []).map((gap) => ({ ...gap, from: toMs(gap.from), to: toMs(gap.to) })) });
      for (const one of answer.series ?? []) Object.assign(this.#known.get(one.device) ?? {}, { data: one, gaps });
      this.onKnown(new Set(missing.map((device) => device.id)));
    } catch {
      missing.forEach((device) => this.#known.set(device.id, { ...this.#known.get(device.id), due: now + 10_000, lateDue: now + 10_000 }));
    } finally {
      this.#asking = false;
    }
    this.want(this.devices);
  }

  #due(device) {
    const known = this.#known.get(device.id);
    return known && this.#late.has(device.id) ? Math.min(known.due, known.lateDue) : known?.due;
  }

  #series(device) {
    const quantity = mainQuantities(device)[0];
    const kind = this.model.quantities[quantity]?.kind;
    return quantity && kind !== 'pulse' ? `${device.id}/${quantity}` : null;
  }

  draw(canvas, device) {
    if (!this.isWide.matches) return;
    const known = this.#known.get(device.id);
    const silent = isSilent(device, this.model.time());
    const scheme = matchMedia('(prefers-color-scheme: dark)').matches;
    const stamp = `${device.id} ${known?.asked ?? 0} ${silent} ${scheme}`;
    if (this.drawn.get(canvas) === stamp) return;
    this.drawn.set(canvas, stamp);
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [120, 30];
    canvas.width = width * scale;
    canvas.height = height * scale;
    if (!known?.data) return;
    const ctx = canvas.getContext('2d');
    ctx.scale(scale, scale);
    const style = getComputedStyle(canvas);
    ctx.strokeStyle = style.getPropertyValue(silent ? '--muted' : '--spark');
    ctx.fillStyle = ctx.strokeStyle;
    ctx.lineWidth = 1.4;
    ctx.lineJoin = 'round';
    line(ctx, known, width, height, device.rhythm);
  }
}

/**
 * The pieces of a line, of [time, high, low]. As in a graph, none crosses a gap of the ledger, nor a silence that is much longer than
 * usual; a state holds until the next one, or until a gap begins.
 */
export function pieces({ data, gaps, from, to }, longest) {
  const list = [];
  if (data.kind === 'state') {
    const [times, states] = held(data, gaps, from, to);
    let state = null;
    times.forEach((ms, i) => {
      if (state !== null) list.at(-1).push([ms, state, state]);
      else if (states[i] !== null) list.push([]);
      state = states[i];
      if (state !== null) list.at(-1).push([ms, state, state]);
    });
    return list;
  }
  const high = data.max ?? data.v ?? [];
  const low = data.min ?? high;
  let before = null;
  (data.t ?? []).forEach((ms, i) => {
    if (!Number.isFinite(high[i])) return;
    if (before === null || ms - before > longest || crosses(gaps, before, ms)) list.push([]);
    list.at(-1).push([ms, high[i], low[i]]);
    before = ms;
  });
  return list;
}

function line(ctx, known, width, height, rhythm) {
  const { from, to } = known;
  const parts = pieces(known, Math.max((rhythm ?? 0) * 3500, (to - from) / 24));
  const numbers = parts.flat().flatMap(([, high, low]) => [high, low]).filter(Number.isFinite);
  if (numbers.length === 0) return;
  const least = Math.min(...numbers);
  const most = Math.max(...numbers);
  const x = (ms) => Math.max(2, 2 + ((ms - from) / (to - from)) * (width - 4));
  const room = Math.max(most - least, 1e-9);
  const y = (v) => (most === least ? height / 2 : height - 4 - ((v - least) / room) * (height - 8));
  ctx.beginPath();
  for (const part of parts) {
    part.forEach(([ms, high, low], i) => {
      // a value alone is a dot
      if (i === 0) ctx.moveTo(x(ms) - 0.7, y(high));
      ctx.lineTo(x(ms) + (i === 0 ? 0.7 : 0), y(high));
      if (low !== high) ctx.lineTo(x(ms), y(low));
    });
  }
  ctx.stroke();
}
