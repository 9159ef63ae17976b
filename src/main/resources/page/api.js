// The router's answers: JSON by request, and the stream of frames. Nothing here draws.

import { clip, toMs } from './format.js';

const TOKEN = 'dt-token';
/** The router says something every 10 s at least; a few seconds more of silence, and the connection counts as cut. */
const SILENCE_MS = 13_000;
const BACK_OFF_MS = [500, 1000, 2000, 4000, 8000, 15_000];

export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: (text) => (text ? sessionStorage.setItem(TOKEN, text) : sessionStorage.removeItem(TOKEN)),
};

/** Whether it is known beforehand that the router refuses changes: it takes them from this machine with its token only. */
export function isReadOnly() {
  const isLoopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
  return isLoopback && !token.get();
}

/** What an answer that is an error says. */
export class ApiError extends Error {
  constructor(status, body) {
    super(body?.error || (status === 0 ? 'the router does not answer' : `the router answered with status ${status}`));
    this.status = status;
    this.body = body ?? {};
  }
}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: 'no-store', ...options });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError(0);
  }
  let body = null;
  try {
    body = await response.json();
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    if (response.ok) throw new ApiError(response.status, { error: 'the router answered with something that is not JSON' });
  }
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}

export function get(path, signal) {
  return ask(path, { signal });
}

export function post(path, body) {
  const headers = { 'Content-Type': 'application/json' };
  if (token.get()) headers.Authorization = 'Bearer ' + token.get();
  return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** Asks for one thing again and again. A newer request ends the one before, so that no older answer comes last. */
export class Newest {
  #abort = null;

  get isAsking() {
    return this.#abort !== null;
  }

  /** @return the answer, or null if a newer request or the end came first */
  async get(path) {
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const answer = await get(path, abort.signal);
      return this.#abort === abort ? answer : null;
    } catch (e) {
      if (this.#abort !== abort) return null;
      throw e;
    } finally {
      if (this.#abort === abort) this.#abort = null;
    }
  }

  close() {
    this.#abort?.abort();
    this.#abort = null;
  }
}

/** The address of a graph's data. */
export function seriesQuery(series, from, to, width) {
  const query = new URLSearchParams();
  for (const one of series) query.append('series', one);
  query.set('from', Math.round(from));
  query.set('to', Math.round(to));
  if (width) query.set('width', Math.max(50, Math.round(width)));
  return query.toString();
}

/**
 * One connection to /api/live, made again after it is cut. It is a fetch and not an EventSource, as that hides the comments that
 * show that the router still lives.
 */
export class Live {
  #path = () => '/api/live';
  #onFrame;
  #onState;
  #abort = null;
  #retry = 0;
  #failures = 0;
  #watch = 0;
  #lastByte = 0;

  /**
   * @param path gives the address for each attempt, after what it needs beforehand is there
   * @param onFrame is given the name, the data and the id of each frame
   * @param onState is told of "connecting", "open", and "cut" with why and when it tries again
   */
  constructor(path, onFrame, onState) {
    this.#path = path;
    this.#onFrame = onFrame;
    this.#onState = onState;
  }

  get isOpen() {
    return this.#abort !== null;
  }

  /** Opens it, or opens it anew at another address. */
  open() {
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    this.#lastByte = Date.now();
    this.#watch = setInterval(() => this.#look(abort), 1000);
    this.#onState('connecting');
    this.#read(abort).catch((e) => this.#cut(abort, e));
  }

  close() {
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#retry = 0;
    const abort = this.#abort;
    this.#abort = null;
    abort?.abort();
  }

  #look(abort) {
    if (Date.now() - this.#lastByte > SILENCE_MS) this.#cut(abort, new ApiError(0, { error: 'the router is silent' }));
  }

  #cut(abort, error) {
    if (this.#abort !== abort) return;
    this.close();
    const wait = error.status === 503
      ? 15_000
      : BACK_OFF_MS[Math.min(this.#failures, BACK_OFF_MS.length - 1)] * (0.75 + Math.random() / 2);
    this.#failures++;
    this.#retry = setTimeout(() => this.open(), wait);
    this.#onState('cut', error.status === 0 && !error.body?.error ? '' : error.message, Date.now() + wait);
  }

  async #read(abort) {
    const path = await this.#path(abort.signal);
    const response = await fetch(path, {
      signal: abort.signal,
      cache: 'no-store',
      headers: { Accept: 'text/event-stream' },
    }).catch((e) => {
      throw e.name === 'AbortError' ? e : new ApiError(0);
    });
    if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => null));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new FrameParser((name, data, id) => this.#onFrame(name, data, id));
    this.#lastByte = Date.now();
    this.#onState('open');
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true }));
      if (this.#abort !== abort) return;
      if (done) throw new ApiError(0);
      this.#lastByte = Date.now();
      this.#failures = 0;
      parser.take(value);
    }
  }
}

/** Takes server-sent events apart as their standard says, for JSON data. */
export class FrameParser {
  #rest = '';
  #name = '';
  #data = [];
  #id = null;
  #onFrame;

  constructor(onFrame) {
    this.#onFrame = onFrame;
  }

  take(text) {
    this.#rest += text;
    let from = 0;
    let end;
    while ((end = this.#rest.indexOf('\n', from)) >= 0) {
      this.#line(this.#rest.slice(from, end).replace(/\r$/, ''));
      from = end + 1;
    }
    this.#rest = this.#rest.slice(from);
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id') this.#id = value;
  }

  #dispatch() {
    const name = this.#name || 'message';
    const text = this.#data.join('\n');
    this.#name = '';
    this.#data = [];
    if (text === '') return;
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      return; // one bad frame must not end the page
    }
    this.#onFrame(name, data, this.#id);
  }
}

/** What the page knows: the newest value of each series, the router's state, its alarms. Views look, and are told of changes. */
export class Model {
  devices = new Map();
  quantities = {};
  now = null;
  alarms = [];
  /** The streams of which alarms are watched, or should be; null until the router has told. */
  alarmStreams = null;
  /** Why the router did not tell the alarms; empty if it did. */
  alarmFailure = '';
  sequence = null;
  /** The router's clock less this one. */
  offset = 0;
  /** When the router last told something, in its own time. */
  toldAt = null;

  /** The router's time. */
  time() {
    return Date.now() + this.offset;
  }

  #told(now) {
    const ms = toMs(now);
    if (ms === null) return;
    this.offset = ms - Date.now();
    this.toldAt = ms;
  }

  takeDevices(answer) {
    const devices = new Map();
    for (const device of answer.devices ?? []) {
      if (!device || typeof device.id !== 'string') continue;
      device.labels = device.labels && typeof device.labels === 'object' ? device.labels : {};
      device.values = device.values && typeof device.values === 'object' ? device.values : {};
      this.#keepNewer(device);
      devices.set(device.id, device);
    }
    this.devices = devices;
    this.quantities = answer.quantities ?? {};
    this.sequence = answer.sequence ?? this.sequence;
    this.#told(answer.now);
  }

  /** A list may have been made before frames that came while it was on its way. */
  #keepNewer(device) {
    const before = this.devices.get(device.id);
    for (const [quantity, entry] of Object.entries(before?.values ?? {})) {
      if (device.values[quantity] && entry[1] > device.values[quantity][1]) device.values[quantity] = entry;
    }
    if (before?.seen > (device.seen ?? 0)) device.seen = before.seen;
  }

  /** @return the devices of which something is new */
  takeValues(frame) {
    const changed = new Set();
    this.#told(frame.now);
    for (const entry of frame.values ?? []) {
      if (!Array.isArray(entry)) continue;
      const [id, quantity, value, ms] = entry;
      const device = this.devices.get(id);
      if (!device || !(ms >= (device.values[quantity]?.[1] ?? 0))) continue;
      device.values[quantity] = [value, ms];
      if (ms > (device.seen ?? 0)) device.seen = ms;
      if (quantity === 'battery') device.battery = value;
      if (quantity === 'signal' || quantity === 'cellular signal') device.signal = value;
      changed.add(id);
    }
    return changed;
  }

  takeNow(answer) {
    this.now = answer;
    this.#told(answer.now);
  }

  /** Alarms, and whether they are watched at all; or, with a failure, that this is not known. */
  takeAlarms(answer) {
    const objects = (list) => (list ?? []).filter((one) => one && typeof one === 'object');
    this.alarms = objects(answer.alarms);
    this.alarmStreams = objects(answer.streams);
    this.alarmFailure = answer.failure ?? '';
    this.markDevices();
  }

  /**
   * Why it means nothing that there is no alarm: a level, a sentence, and for a tile a word and a note. Null if all values for which
   * there are rules are watched.
   */
  unwatched() {
    if (this.alarmFailure) {
      return { level: 'warning', word: 'unknown', note: 'the router does not tell', text: `Whether there are alarms is not known: ${clip(this.alarmFailure, 300)}` };
    }
    const streams = this.alarmStreams ?? [];
    const broken = streams.filter((stream) => stream.problem);
    if (broken.length > 0) {
      // a stream whose alarms could not be opened has no number of rules
      const isClosed = broken.some((stream) => stream.rules === undefined);
      const told = broken.slice(0, 3).map((stream) => `${clip(stream.stream, 60)}: ${clip(stream.problem, 300)}`).join('; ');
      return {
        level: isClosed ? 'critical' : 'warning', word: isClosed ? 'unwatched' : 'unknown', note: 'some may be missing',
        text: `Alarms may be missing. ${told}${broken.length > 3 ? `; and ${broken.length - 3} more` : ''}`,
      };
    }
    if (streams.some((stream) => stream.rules > 0)) return null;
    return {
      level: 'info', word: 'none', note: 'no rule is in force',
      text: streams.length === 0 && this.now?.group
        ? 'This router watches no value: there are no alarm rules, or other routers of the group hold the streams.'
        : 'No value is watched: there are no alarm rules.',
    };
  }

  /** Notes what the alarms say about their devices. */
  markDevices() {
    for (const device of this.devices.values()) device.alarm = null;
    for (const alarm of this.alarms) {
      const device = this.devices.get(alarm.deviceId);
      if (!device || !['unacknowledged', 'acknowledged', 'returned'].includes(alarm.state) || alarm.shelvedUntil) continue;
      if (rank(alarm.severity) >= rank(device.alarm?.severity)) {
        device.alarm = { state: alarm.state, severity: alarm.severity, rule: alarm.rule };
      }
    }
  }
}

export function rank(severity) {
  return ['info', 'warning', 'critical'].indexOf(severity);
}

const ORDER = ['temperature', 'humidity', 'co2', 'pressure', 'water', 'contact', 'object', 'motion', 'desk', 'object count',
  'touch count', 'touch', 'connection', 'probe wire', 'ethernet', 'cellular', 'signal', 'cellular signal', 'battery'];

/** What a device measures, the most important first. */
export function quantitiesOf(device) {
  return Object.keys(device.values).sort((one, other) => place(one) - place(other));
}

function place(quantity) {
  const at = ORDER.indexOf(quantity);
  return at < 0 ? ORDER.length : at;
}

/** What it is there to measure, without battery, signal and the like, unless it has nothing else. */
export function mainQuantities(device) {
  const all = quantitiesOf(device);
  const main = all.filter((quantity) => place(quantity) < ORDER.indexOf('connection') || place(quantity) === ORDER.length);
  return main.length > 0 ? main : all.slice(0, 1);
}

/**
 * Whether a device has been silent for longer than it is its habit: three of its own intervals. Of a device whose habit is not known
 * yet, a day.
 */
export function isSilent(device, now) {
  if (!device.seen) return true;
  const allowed = device.rhythm > 0 ? Math.max(device.rhythm * 3000, 20_000) : 86_400_000;
  return now - device.seen > allowed;
}
