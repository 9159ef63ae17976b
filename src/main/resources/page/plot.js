/* global uPlot */
// Draws an answer of /api/series with uPlot: numbers as lines with a band from minimum to maximum, states as steps in lanes of their
// own, counters as bars. What the ledger calls a gap is hatched, and no line crosses it.

import { number, value } from './format.js';

const LANE = 30;
const MAX_COLOURS = 8;

/** A colour of the page's own style, so that light and dark are its matter. */
function colours(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    series: Array.from({ length: MAX_COLOURS }, (_, i) => of('--s' + i)),
    text: of('--text'), muted: of('--muted'), grid: of('--grid'), surface: of('--surface'),
    critical: of('--critical'), warning: of('--warning'), info: of('--info'), hatch: of('--hatch'), gap: of('--gap'), font: style.fontFamily,
  };
}

export function colour(i) {
  return `s${i % MAX_COLOURS}`;
}

export const isLane = (series) => series.kind === 'state' || series.kind === 'pulse';

/** Of a gap that is filled nothing is missing any more. */
export function openGaps(answer) {
  return (answer.gaps ?? []).filter((gap) => gap.state !== 'closed' && gap.from !== null);
}

/**
 * Breaks a line where nothing may be claimed: within a gap of the ledger, and where the sensor was silent for much longer than it
 * is its habit. Both become a null between two values.
 */
export function broken(series, gaps, step) {
  const t = series.t ?? [];
  const highs = series.v ?? series.max ?? [];
  const lows = series.v ?? series.min ?? [];
  const longest = Math.max(usual(t) * 3.5, step * 3.5);
  const x = [];
  const high = [];
  const low = [];
  for (let i = 0; i < t.length; i++) {
    if (i > 0) {
      const from = t[i - 1];
      const isBroken = t[i] - from > longest || crosses(gaps, from, t[i]);
      // right behind the one and right before the other: other series may have times in between
      for (const at of isBroken && t[i] - from > 2 ? [from + 1, t[i] - 1] : []) {
        x.push(at);
        high.push(null);
        low.push(null);
      }
    }
    x.push(t[i]);
    high.push(finite(highs[i]));
    low.push(finite(lows[i]));
  }
  return [x, high, low];
}

/** A break lasts until the next value, whatever times of other series lie in it. */
function throughout(data) {
  for (const column of data.slice(1)) {
    let isBroken = false;
    for (let i = 0; i < column.length; i++) {
      if (column[i] === undefined) {
        if (isBroken) column[i] = null;
      } else {
        isBroken = column[i] === null;
      }
    }
  }
  return data;
}

export function crosses(gaps, from, to) {
  return gaps.some((gap) => gap.from < to && (gap.to ?? Infinity) > from);
}

function finite(v) {
  return Number.isFinite(v) ? v : null;
}

/** The usual time between two values: what nine in ten stay below. */
function usual(t) {
  if (t.length < 3) return Infinity;
  const steps = [];
  for (let i = 1; i < t.length; i++) steps.push(t[i] - t[i - 1]);
  steps.sort((one, other) => one - other);
  return steps[Math.floor((steps.length - 1) * 0.9)];
}

/** A state holds until the next one, but not through a gap, and not beyond now. */
export function held(series, gaps, from, until) {
  const x = [];
  const v = [];
  const push = (at, what) => {
    if (x.length && at <= x.at(-1)) at = x.at(-1) + 1;
    x.push(at);
    v.push(what);
  };
  const t = series.t ?? [];
  for (let i = 0; i < t.length; i++) {
    const end = i + 1 < t.length ? t[i + 1] : until;
    const begin = Math.max(t[i], from);
    if (end < begin) continue;
    push(begin, finite(series.v[i]));
    for (const gap of gaps) {
      const to = Math.min(gap.to ?? Infinity, end);
      if (gap.from >= end || to <= begin) continue;
      push(Math.max(gap.from, begin), null);
      if (to - gap.from > 2) push(to - 1, null);
      if (to < end) push(to, finite(series.v[i]));
    }
    if (i + 1 === t.length && x.length && v.at(-1) !== null && until > x.at(-1)) push(until, finite(series.v[i]));
  }
  return [x, v];
}

/**
 * How much a counter has grown in each span; one that begins anew has not shrunk. When it grew in a gap is not known before that is
 * filled.
 */
export function growth(series, gaps, bar) {
  const t = series.t ?? [];
  const totals = series.v ?? series.max ?? [];
  const sums = new Map();
  for (let i = 1; i < t.length; i++) {
    const more = totals[i] >= totals[i - 1] ? totals[i] - totals[i - 1] : totals[i];
    if (!Number.isFinite(more) || crosses(gaps, t[i - 1], t[i])) continue;
    const at = Math.floor(t[i] / bar) * bar;
    sums.set(at, (sums.get(at) ?? 0) + more);
  }
  const x = [...sums.keys()].sort((one, other) => one - other);
  return [x, x.map((at) => sums.get(at))];
}

const BARS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800];

export function barOf(span) {
  return 1000 * (BARS.find((seconds) => span / 1000 / seconds <= 60) ?? 2_592_000);
}

export class Plot {
  #u = null;
  #shape = '';
  #answer = null;
  #lanes = [];
  #columns = [];
  #view = [0, 1];

  /** @param options onRange(from, to) when a person chooses a span; isSmall for a graph that is only looked at; onCursor(index) */
  constructor(host, options = {}) {
    this.host = host;
    this.options = options;
    this.hidden = new Set();
    this.sizes = new ResizeObserver(() => this.#resize());
    this.sizes.observe(host);
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.onScheme = () => {
      this.#shape = '';
      if (this.#answer) this.show(this.#answer, ...this.#view);
    };
    this.scheme.addEventListener('change', this.onScheme);
  }

  destroy() {
    this.sizes.disconnect();
    this.scheme.removeEventListener('change', this.onScheme);
    this.#u?.destroy();
    this.#u = null;
  }

  get data() {
    return this.#u?.data;
  }

  /** Shows an answer: series, gaps with from and to in milliseconds, limits, alarms, marks. */
  show(answer, from, to) {
    this.#answer = answer;
    [from, to] = [Math.round(from), Math.round(to)];
    this.#view = [from, to];
    const shape = JSON.stringify([answer.step > 0, answer.series.map((one) => [one.device, one.quantity, one.unit, one.kind, one.colour]), [...this.hidden]]);
    const data = this.#data(answer, from, to);
    if (!this.#u || shape !== this.#shape) {
      this.#u?.destroy();
      this.host.replaceChildren();
      this.#u = new uPlot(this.#build(answer), data, this.host);
      this.#shape = shape;
      if (!this.options.isSmall) interact(this.#u, (a, b) => this.options.onRange?.(a, b), () => this.#view);
      this.#u.setScale('x', { min: from, max: to });
    } else {
      this.#u.batch(() => {
        this.#u.setData(data, false);
        this.#u.setScale('x', { min: from, max: to });
        this.#u.redraw(true, true);
      });
    }
  }

  /** Moves the time axis alone, while new data is on its way. */
  move(from, to) {
    [from, to] = [Math.round(from), Math.round(to)];
    this.#view = [from, to];
    this.#u?.setScale('x', { min: from, max: to });
  }

  #data(answer, from, to) {
    const gaps = openGaps(answer);
    const until = Math.min(to, answer.now ?? to);
    const tables = [];
    this.#columns = [];
    answer.series.forEach((one, i) => {
      if (one.kind === 'state') {
        tables.push(held(one, gaps, Math.min(from, answer.from ?? from), until));
        this.#columns.push([i, 'v']);
      } else if (one.kind === 'pulse') {
        tables.push([one.t ?? [], (one.t ?? []).map(() => 0.5)]);
        this.#columns.push([i, 'v']);
      } else if (one.kind === 'count') {
        const table = growth(one, gaps, barOf(to - from));
        tables.push(table);
        this.#columns.push([i, 'v']);
      } else {
        const [x, high, low] = broken(one, gaps, answer.step ?? 0);
        const isBand = answer.step > 0;
        tables.push(isBand ? [x, high, low] : [x, high]);
        this.#columns.push([i, isBand ? 'max' : 'v']);
        if (isBand) this.#columns.push([i, 'min']);
      }
    });
    const joined = tables.some((table) => table[0].length > 0)
      ? throughout(uPlot.join(tables))
      : [[from, to], ...this.#columns.map(() => [null, null])];
    return joined;
  }

  /** The place of each series in what uPlot is given. */
  columnsOf(i) {
    return this.#columns.map(([series], column) => (series === i ? column + 1 : 0)).filter(Boolean);
  }

  #height() {
    const lanes = this.#lanes.length * LANE;
    const numbers = this.#answer.series.some((one, i) => !isLane(one) && !this.hidden.has(i));
    if (this.options.height && numbers) return this.options.height;
    return (numbers ? Math.max(240, Math.min(460, window.innerHeight * 0.5)) : 60) + lanes;
  }

  #resize() {
    if (!this.#u) return;
    const width = Math.floor(this.host.clientWidth);
    const height = this.#height();
    if (width > 0 && (width !== this.#u.width || height !== this.#u.height)) this.#u.setSize({ width, height });
  }

  #build(answer) {
    const c = colours(this.host);
    const small = this.options.isSmall;
    const font = `${small ? 11 : 12}px ${c.font}`;
    this.#lanes = answer.series.map((one, i) => i).filter((i) => isLane(answer.series[i]) && !this.hidden.has(i));
    const lanePart = () => {
      const height = (this.#u?.bbox.height ?? 1) / devicePixelRatio;
      return Math.min(1, (this.#lanes.length * LANE) / Math.max(height, 1));
    };
    const units = [];
    for (const [i, one] of answer.series.entries()) {
      if (isLane(one) || this.hidden.has(i)) continue;
      const scale = scaleOf(one);
      if (!units.some((unit) => unit.scale === scale)) units.push({ scale, unit: one.kind === 'count' ? 'per ' + short(barOf(this.#view[1] - this.#view[0])) : one.unit, isCount: one.kind === 'count' });
    }
    this.#units = units.length;
    const scales = { x: { time: true, auto: false, range: (u, min, max) => [min, max] } };
    for (const { scale, isCount } of units) {
      scales[scale] = { auto: true, range: (u, min, max) => this.#range(u, scale, min, max, isCount, lanePart()) };
    }
    const series = [{}];
    const bands = [];
    this.#columns.forEach(([i, what], column) => {
      const one = answer.series[i];
      const stroke = c.series[(one.colour ?? i) % MAX_COLOURS];
      const options = { scale: scaleOf(one), stroke, width: small ? 1.25 : 1.5, show: !this.hidden.has(i), spanGaps: false };
      if (isLane(one)) {
        const lane = this.#lanes.indexOf(i);
        options.scale = 'lane' + i;
        const states = Math.max(2, one.states?.length ?? 2);
        scales[options.scale] = {
          auto: false,
          range: () => {
            const part = lanePart() || 1;
            const size = part / this.#lanes.length;
            const low = (this.#lanes.length - 1 - lane) * size + size * 0.18;
            const high = low + size * 0.6;
            const most = one.kind === 'pulse' ? 1 : states - 1;
            const whole = most / (high - low);
            return [-low * whole, (1 - low) * whole];
          },
        };
        options.points = one.kind === 'pulse' ? { show: true, size: 7, fill: stroke, stroke } : { show: false };
        if (one.kind === 'pulse') options.width = 0;
        else {
          options.paths = uPlot.paths.stepped({ align: 1 });
          options.fill = fade(stroke, 0.16);
          options.fillTo = () => 0;
        }
      } else if (one.kind === 'count') {
        options.paths = uPlot.paths.bars({ size: [0.75, 40, 1], align: 1 });
        options.fill = fade(stroke, 0.4);
        options.width = 0;
        options.points = { show: false };
      } else {
        options.points = lonePoints(stroke, small);
        if (what === 'max') bands.push({ series: [column + 1, column + 2], fill: fade(stroke, 0.22) });
      }
      series.push(options);
    });
    const isNarrow = small || this.host.clientWidth < 520;
    const axis = { font, labelFont: font, stroke: c.muted, grid: { stroke: c.grid, width: 1 }, ticks: { show: false } };
    const axes = [{ ...axis, space: small ? 60 : 70, size: small ? 22 : 30, values: times }];
    units.forEach(({ scale, unit }, n) => {
      if (isNarrow && n > 1) return;
      axes.push({
        ...axis,
        scale,
        side: n % 2 === 0 ? 3 : 1,
        size: (u, values) => Math.max(small ? 34 : 40, 14 + 7 * Math.max(0, ...(values ?? []).map((text) => String(text ?? '').length))),
        space: small ? 24 : 32,
        grid: { stroke: c.grid, width: 1, show: n === 0 },
        values: (u, splits) => splits.map((v) => (v === null || v < this.#least(scale) ? null : number(v))),
        ...(unit && !isNarrow ? { label: unit, labelSize: 18, labelGap: 0 } : {}),
      });
    });
    if (units.length === 0) axes.push({ ...axis, scale: 'lane' + this.#lanes[0], values: () => [], size: small ? 12 : 40, grid: { show: false } });
    return {
      width: Math.max(50, Math.floor(this.host.clientWidth)),
      height: this.#height(),
      ms: 1,
      pxAlign: 1,
      padding: [small ? 8 : 14, units.length > 1 ? 4 : 14, 0, 0],
      legend: { show: false },
      cursor: {
        show: !small,
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        bind: { dblclick: () => () => this.options.onRange?.(null, null) },
      },
      select: { show: !small },
      scales,
      series,
      bands,
      axes,
      hooks: {
        drawClear: [(u) => this.#under(u, c)],
        draw: [(u) => this.#over(u, c)],
        setCursor: [(u) => this.options.onCursor?.(u.cursor.idx ?? null)],
        setSelect: [(u) => this.#selected(u)],
      },
    };
  }

  #selected(u) {
    if (u.select.width < 4) return;
    const from = u.posToVal(u.select.left, 'x');
    const to = u.posToVal(u.select.left + u.select.width, 'x');
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.options.onRange?.(from, to);
  }

  #lows = {};
  #units = 0;

  #least(scale) {
    return this.#lows[scale] ?? -Infinity;
  }

  /** The room of numbers is above the lanes; limits are in it, if they are not too far away to leave anything to see. */
  #range(u, scale, min, max, isCount, lanes) {
    if (min === null || min === undefined || !Number.isFinite(min)) [min, max] = isCount ? [0, 1] : [null, null];
    for (const limit of this.#limits(scale)) {
      if (min === null) [min, max] = [limit.value, limit.value];
      const room = Math.max(max - min, 1);
      if (this.options.isSmall || (limit.value > min - room * 3 && limit.value < max + room * 3)) {
        min = Math.min(min, limit.value);
        max = Math.max(max, limit.value);
      }
    }
    if (min === null) [min, max] = [0, 1];
    if (isCount) [min, max] = [0, Math.max(1, max * (this.#units > 1 ? 2.4 : 1.08))];
    else {
      const pad = Math.max((max - min) * 0.08, Math.abs(max) * 0.005, 0.2);
      min -= pad;
      max += pad;
    }
    this.#lows[scale] = min;
    const whole = (max - min) / Math.max(0.05, 1 - lanes);
    return [max - whole, max];
  }

  #limits(scale) {
    const found = [];
    for (const limit of this.#answer.limits ?? []) {
      const i = this.#answer.series.findIndex((one) => one.device === limit.device && one.quantity === limit.quantity);
      if (i < 0 || this.hidden.has(i) || scaleOf(this.#answer.series[i]) !== scale) continue;
      for (const side of ['above', 'below', 'at-least', 'at-most', 'atLeast', 'atMost']) {
        if (Number.isFinite(limit[side])) found.push({ ...limit, side, value: limit[side] });
      }
    }
    return found;
  }

  /** Below the lines: gaps, hatched, and the spans of alarms. */
  #under(u, c) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const x = (ms) => Math.round(u.valToPos(ms, 'x', true));
    for (const gap of openGaps(this.#answer)) {
      const from = Math.max(left, x(gap.from));
      const to = Math.min(left + width, x(gap.to ?? this.#answer.now ?? u.scales.x.max));
      if (to < left || from > left + width) continue;
      const wide = Math.max(to - from, 2 * devicePixelRatio);
      ctx.fillStyle = c.gap;
      ctx.fillRect(from, top, wide, height);
      ctx.fillStyle = hatch(ctx, c.hatch);
      ctx.fillRect(from, top, wide, height);
    }
    for (const alarm of this.#answer.alarms ?? []) {
      const from = x(alarm.from);
      const to = x(alarm.to ?? this.#answer.now ?? u.scales.x.max);
      const severity = c[alarm.severity] ?? c.warning;
      ctx.fillStyle = fade(severity, 0.1);
      ctx.fillRect(from, top, Math.max(to - from, 2 * devicePixelRatio), height);
      ctx.fillStyle = severity;
      ctx.fillRect(from, top, Math.max(to - from, 3 * devicePixelRatio), 4 * devicePixelRatio);
    }
    ctx.restore();
  }

  /** Above the lines: limits, and the words of states. */
  #over(u, c) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.font = `${11 * ratio}px ${c.font}`;
    const isSmall = this.options.isSmall;
    for (const scale of Object.keys(u.scales)) {
      if (scale === 'x' || scale.startsWith('lane')) continue;
      const drawn = new Set();
      for (const limit of this.#limits(scale)) {
        const key = `${limit.value} ${limit.rule}`;
        if (drawn.has(key)) continue;
        drawn.add(key);
        const y = Math.round(u.valToPos(limit.value, scale, true)) + 0.5;
        ctx.strokeStyle = c[limit.severity] ?? c.warning;
        ctx.lineWidth = 1.25 * ratio;
        ctx.setLineDash([6 * ratio, 4 * ratio]);
        ctx.beginPath();
        ctx.moveTo(left, y);
        ctx.lineTo(left + width, y);
        ctx.stroke();
        ctx.setLineDash([]);
        if (isSmall) continue;
        ctx.fillStyle = c[limit.severity] ?? c.warning;
        ctx.textAlign = 'right';
        const under = limit.side === 'below' || limit.side === 'at-most' || limit.side === 'atMost';
        ctx.textBaseline = under ? 'top' : 'bottom';
        const words = `${String(limit.rule).slice(0, 40)} ${number(limit.value)}`;
        ctx.strokeStyle = c.surface;
        ctx.lineWidth = 4 * ratio;
        ctx.lineJoin = 'round';
        ctx.strokeText(words, left + width - 6 * ratio, y + (under ? 4 : -4) * ratio);
        ctx.fillText(words, left + width - 6 * ratio, y + (under ? 4 : -4) * ratio);
      }
    }
    this.#laneWords(u, c);
    ctx.restore();
  }

  #laneWords(u, c) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    const ratio = devicePixelRatio;
    this.#lanes.forEach((i, lane) => {
      const laneTop = top + height - (this.#lanes.length - lane) * LANE * ratio;
      ctx.strokeStyle = c.grid;
      ctx.lineWidth = ratio;
      ctx.beginPath();
      ctx.moveTo(left, laneTop);
      ctx.lineTo(left + width, laneTop);
      ctx.stroke();
      const one = this.#answer.series[i];
      if (one.kind !== 'state') return;
      const column = this.columnsOf(i)[0];
      const [xs, vs] = [u.data[0], u.data[column]];
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      ctx.fillStyle = c.text;
      let from = null;
      let shown = null;
      const tell = (end) => {
        if (from === null || shown === null) return;
        const text = value(one.quantity, String(one.states?.[shown] ?? shown));
        const a = Math.max(left, u.valToPos(from, 'x', true));
        const b = Math.min(left + width, u.valToPos(end, 'x', true));
        if (b - a > ctx.measureText(text).width + 12 * ratio) ctx.fillText(text, a + 5 * ratio, laneTop + (LANE / 2 + 1) * ratio);
      };
      for (let k = 0; k < xs.length; k++) {
        if (vs[k] === undefined || vs[k] === shown) continue;
        tell(xs[k]);
        [from, shown] = [xs[k], vs[k]];
      }
      if (xs.length) tell(xs.at(-1));
    });
  }

  /** The graph as a picture of its own: with a title and the names of its lines. */
  picture(title, legend) {
    const c = colours(this.host);
    const ratio = devicePixelRatio;
    const source = this.#u.ctx.canvas;
    const head = (30 + 18 * legend.length) * ratio;
    const canvas = document.createElement('canvas');
    canvas.width = source.width + 24 * ratio;
    canvas.height = source.height + head + 16 * ratio;
    const ctx = canvas.getContext('2d');
    ctx.fillStyle = c.surface;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.textBaseline = 'middle';
    ctx.font = `600 ${14 * ratio}px ${c.font}`;
    ctx.fillStyle = c.text;
    ctx.fillText(title, 12 * ratio, 18 * ratio);
    ctx.font = `${12 * ratio}px ${c.font}`;
    legend.forEach((text, i) => {
      const y = (38 + 18 * i) * ratio;
      ctx.fillStyle = c.series[i % MAX_COLOURS];
      ctx.fillRect(12 * ratio, y - 2 * ratio, 14 * ratio, 4 * ratio);
      ctx.fillStyle = c.text;
      ctx.fillText(text, 32 * ratio, y);
    });
    ctx.drawImage(source, 12 * ratio, head);
    return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  }
}

function scaleOf(one) {
  return one.kind === 'count' ? 'count' : 'y ' + (one.unit || one.quantity);
}

function short(ms) {
  const s = ms / 1000;
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${s / 60} min`;
  return s < 86_400 ? `${s / 3600} h` : `${s / 86_400} d`;
}

/** A value between two breaks would be a line of no length: it is drawn as a point. Few values are all drawn as points. */
function lonePoints(stroke, small) {
  return {
    size: small ? 3.5 : 5,
    fill: stroke,
    stroke,
    width: 0,
    show: (u, s, i0, i1) => {
      if (small) return false;
      let n = 0;
      let [first, last] = [0, 0];
      const data = u.data[s];
      for (let i = i0; i <= i1; i++) {
        if (data[i] === undefined || data[i] === null) continue;
        if (n++ === 0) first = i;
        last = i;
      }
      const wide = u.valToPos(u.data[0][last], 'x') - u.valToPos(u.data[0][first], 'x');
      return n > 0 && wide / n > 14;
    },
    filter: (u, s, show) => {
      if (show) return null;
      return lone(u.data[s]);
    },
  };
}

export function lone(data) {
  const found = [];
  let before = null;
  let candidate = -1;
  for (let i = 0; i < data.length; i++) {
    if (data[i] === undefined) continue;
    if (data[i] === null) {
      if (candidate >= 0) found.push(candidate);
      candidate = -1;
    } else {
      candidate = before === null ? i : -1;
    }
    before = data[i];
  }
  if (candidate >= 0) found.push(candidate);
  return found;
}

const two = (n) => String(n).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Labels of the time axis: the clock, and the date where a day begins. */
function times(u, splits, axis, space, increment) {
  let last = null;
  return splits.map((ms) => {
    const d = new Date(ms);
    const day = d.toDateString();
    const isMidnight = d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0;
    const isNew = day !== last && (isMidnight || last !== null || increment >= 86_400_000);
    last = day;
    if (isNew) return `${d.getDate()} ${MONTHS[d.getMonth()]}`;
    return `${two(d.getHours())}:${two(d.getMinutes())}${increment < 60_000 ? ':' + two(d.getSeconds()) : ''}`;
  });
}

export function fade(color, alpha) {
  const hex = /^#([0-9a-f]{6})$/i.exec(color);
  if (!hex) return color;
  const n = parseInt(hex[1], 16);
  return `rgba(${n >> 16}, ${(n >> 8) & 255}, ${n & 255}, ${alpha})`;
}

function hatch(ctx, color) {
  const size = 8 * devicePixelRatio;
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const t = tile.getContext('2d');
  t.strokeStyle = color;
  t.lineWidth = 1.2 * devicePixelRatio;
  t.beginPath();
  for (const shift of [-size, 0, size]) {
    t.moveTo(shift, size);
    t.lineTo(shift + size, 0);
  }
  t.stroke();
  return ctx.createPattern(tile, 'repeat');
}

/** Wheel, dragging with Shift, one finger and two. Dragging alone chooses a span, which uPlot does. */
function interact(u, onRange, view) {
  const over = u.over;
  const pointers = new Map();
  let start = null;
  const at = (clientX) => {
    const box = over.getBoundingClientRect();
    return Math.max(0, Math.min(1, (clientX - box.left) / box.width));
  };
  over.addEventListener('wheel', (event) => {
    event.preventDefault();
    const [from, to] = view();
    const span = to - from;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      const by = ((event.deltaX || event.deltaY) / over.clientWidth) * span;
      onRange(from + by, to + by);
      return;
    }
    const factor = Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004);
    const middle = from + at(event.clientX) * span;
    onRange(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }, { passive: false });
  const begin = () => {
    const xs = [...pointers.values()];
    start = { view: view(), xs: [...xs].sort((one, other) => one - other) };
  };
  over.addEventListener('pointerdown', (event) => {
    const isPan = event.pointerType === 'touch' || event.shiftKey || event.button === 1;
    if (!isPan) return;
    event.stopPropagation();
    over.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event.clientX);
    begin();
  }, { capture: true });
  // uPlot listens to mouse events: a drag that moves the graph is not one that chooses a span
  over.addEventListener('mousedown', (event) => {
    if (event.shiftKey || event.button === 1) event.stopImmediatePropagation();
  }, { capture: true });
  over.addEventListener('pointermove', (event) => {
    if (!pointers.has(event.pointerId)) return;
    pointers.set(event.pointerId, event.clientX);
    const xs = [...pointers.values()].sort((one, other) => one - other);
    const [from, to] = start.view;
    const span = to - from;
    if (xs.length === 1) {
      const by = ((start.xs[0] - xs[0]) / over.clientWidth) * span;
      onRange(from + by, to + by);
    } else if (xs.length === 2 && start.xs.length === 2) {
      const factor = Math.max(0.05, (start.xs[1] - start.xs[0]) / Math.max(10, xs[1] - xs[0]));
      const middle = from + at((start.xs[0] + start.xs[1]) / 2) * span;
      const wide = span * factor;
      const left = middle - at((xs[0] + xs[1]) / 2) * wide;
      onRange(left, left + wide);
    }
  });
  const end = (event) => {
    if (pointers.delete(event.pointerId) && pointers.size) begin();
  };
  over.addEventListener('pointerup', end);
  over.addEventListener('pointercancel', end);
}

