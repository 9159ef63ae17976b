// Tail: the last events as they come. The page keeps so many and no more.

import { get } from './api.js';
import { h, name } from './dom.js';
import { clip, clock, count, date, toMs, zone } from './format.js';

const MOST = 300;

export function open(root, page) {
  const view = new Tail(root, page);
  view.begin();
  return { update: (what, detail) => view.update(what, detail) };
}

/** Each stream counts its own events. */
function keyOf(event) {
  return `${event.stream ?? ''} ${event.sequence}`;
}

/** Of rows: by the time of receipt, which all streams share; a stream's own numbers tell which of a moment came first. */
function order(one, other) {
  return one.at - other.at || one.event.sequence - other.event.sequence;
}

class Tail {
  /** The oldest first. */
  #rows = [];
  #seen = new Set();
  #waiting = [];
  #skipped = 0;

  constructor(root, page) {
    this.model = page.model;
    this.paused = false;
    this.query = h('input', { type: 'search', placeholder: 'Device, type …', 'aria-label': 'Show only', autocomplete: 'off', oninput: () => this.filter() });
    this.pause = h('button', { type: 'button', 'aria-pressed': false, onclick: () => this.turn() }, 'Pause');
    this.note = h('p', { class: 'found', role: 'status' });
    this.list = h('ol', { class: 'events', 'aria-label': 'Events, the newest first' });
    root.append(h('div', { class: 'filters' }, h('label', { class: 'search' }, this.query), this.pause), this.note, this.list);
  }

  async begin() {
    try {
      const answer = await get('/api/tail?limit=200');
      this.take(Array.isArray(answer) ? answer : answer.events ?? []);
    } catch (e) {
      this.note.textContent = e.message;
    }
  }

  update(what, detail) {
    if (what === 'tail') {
      this.#skipped += detail.skipped ?? 0;
      this.take(detail.events ?? []);
    } else if (what === 'connection' && document.body.dataset.connection === 'open') {
      this.begin();
    }
  }

  turn() {
    this.paused = !this.paused;
    this.pause.setAttribute('aria-pressed', this.paused);
    this.pause.textContent = this.paused ? 'Go on' : 'Pause';
    if (!this.paused) {
      const waiting = this.#waiting;
      this.#waiting = [];
      this.take(waiting);
    }
    this.tell();
  }

  take(events) {
    if (this.paused) {
      this.#waiting = [...this.#waiting, ...events].slice(-MOST);
      this.tell();
      return;
    }
    for (const event of events) {
      if (!event || this.#seen.has(keyOf(event))) continue;
      this.#seen.add(keyOf(event));
      const row = this.row(event);
      this.#rows.push(row);
      const next = [...this.list.children].find((one) => order(one, row) < 0);
      this.list.insertBefore(row, next ?? null);
    }
    this.#rows.sort(order);
    while (this.#rows.length > MOST) {
      const row = this.#rows.shift();
      this.#seen.delete(keyOf(row.event));
      row.remove();
    }
    this.tell();
  }

  row(event) {
    const device = this.model.devices.get(event.deviceId);
    const at = toMs(event.received) ?? toMs(event.timestamp) ?? 0;
    const data = brief(event);
    const row = h('li', { class: event.source === 'history' ? 'history' : null },
      h('details', {},
        h('summary', {},
          h('time', { class: 'num', title: `${date(at)} ${clock(at)} (${zone(at)})` }, clock(at)),
          name(device?.name || event.deviceId || 'stream'),
          h('span', { class: 'muted type' }, clip(event.type, 40)),
          h('span', { class: 'brief' }, data),
          event.source === 'history' && h('span', { class: 'pill info' }, 'history')),
        h('pre', { class: 'code', tabindex: 0 }, pretty(event.json))));
    row.event = event;
    row.at = at;
    row.text = [device?.name, event.deviceId, event.type, data].join('\n').toLowerCase();
    row.hidden = !this.isWanted(row);
    return row;
  }

  isWanted(row) {
    return this.query.value.toLowerCase().split(/\s+/).every((word) => row.text.includes(word));
  }

  filter() {
    for (const row of this.list.children) row.hidden = !this.isWanted(row);
  }

  tell() {
    const parts = [`The last ${count(this.#rows.length)} events, times of receipt in ${zone()}`];
    if (this.paused) parts.push(`paused, ${count(this.#waiting.length)} newer`);
    if (this.#skipped) parts.push(`${count(this.#skipped)} came too fast to be shown`);
    this.note.textContent = parts.join('; ') + '.';
  }
}

function parsed(json) {
  if (typeof json !== 'string') return json;
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** What an event says, in a line. */
function brief(event) {
  const data = parsed(event.json)?.data;
  const own = data?.[event.type] ?? (data && typeof data === 'object' ? Object.values(data)[0] : null);
  if (!own || typeof own !== 'object') return '';
  return clip(Object.entries(own).filter(([key, v]) => key !== 'updateTime' && key !== 'sampleTime' && typeof v !== 'object' && v !== false && key !== 'transmissionMode').map(([key, v]) => `${key} ${v}`).join(', '), 120);
}

function pretty(json) {
  const object = parsed(json);
  return clip(object === null ? String(json) : JSON.stringify(object, null, 2), 20_000);
}
