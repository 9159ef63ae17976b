// Sensors: every device with its newest values and their age; what is silent for longer than usual looks so.

import { isSilent, mainQuantities, rank } from './api.js';
import { ago, breathe, h, icon, name, svg } from './dom.js';
import { clip, count, state, toMs, valueWithUnit } from './format.js';
import { Sparks } from './spark.js';
import { VirtualTable } from './table.js';

const SORTS = {
  name: ['Name', (one, other) => one.place - other.place],
  alarm: ['Alarm first', (one, other) => rank(other.alarm?.severity) - rank(one.alarm?.severity)],
  seen: ['Last seen', (one, other) => (other.seen ?? 0) - (one.seen ?? 0)],
  silent: ['Longest silent', (one, other) => (one.seen ?? 0) - (other.seen ?? 0)],
  value: ['Value', (one, other) => mainNumber(other) - mainNumber(one)],
  type: ['Type', (one, other) => compare(one.type ?? '', other.type ?? '')],
  battery: ['Battery, weakest first', (one, other) => (one.battery ?? 1000) - (other.battery ?? 1000)],
  signal: ['Signal, weakest first', (one, other) => (one.signal ?? 1000) - (other.signal ?? 1000)],
};

/** A device list of thousands is prepared in pieces that take so long. */
const PIECE_MS = 12;

const OWN = ['battery', 'signal', 'cellular signal'];
const TYPES = { ccon: 'Cloud Connector' };

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** What names are sorted by: "Door 2" stands before "Door 10", "Østre" beside "Ostre". */
function sortKey(name) {
  return name.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ø', 'o').replaceAll('æ', 'ae').replace(/\d+/g, (digits) => digits.padStart(15, '0'));
}

function mainNumber(device) {
  const value = device.values[mainQuantities(device)[0]]?.[0];
  return typeof value === 'number' ? value : -Infinity;
}

export function open(root, page, query) {
  const view = new Sensors(root, page, query);
  return {
    go: (next) => view.go(next),
    update: (what, detail) => view.update(what, detail),
    close: () => view.close(),
  };
}

class Sensors {
  #sortedAt = 0;
  #planned = 0;

  constructor(root, page, query) {
    this.page = page;
    this.model = page.model;
    this.query = h('input', { type: 'search', placeholder: 'Name, id, label …', 'aria-label': 'Search', autocomplete: 'off', spellcheck: 'false', oninput: () => this.changed() });
    this.type = h('select', { 'aria-label': 'Type', onchange: () => this.changed() });
    this.label = h('select', { 'aria-label': 'Label', onchange: () => this.changed() });
    this.state = h('select', { 'aria-label': 'State', onchange: () => this.changed() },
      [['', 'Any state'], ['alarm', 'In alarm'], ['silent', 'Silent'], ['well', 'Heard from']].map(([value, text]) => h('option', { value }, text)));
    this.sort = h('select', { 'aria-label': 'Sort by', onchange: () => this.changed() },
      Object.entries(SORTS).map(([value, [text]]) => h('option', { value }, text)));
    this.found = h('p', { class: 'found', role: 'status' });
    root.append(
      h('div', { class: 'filters', role: 'search' },
        h('label', { class: 'search' }, icon('search'), this.query),
        this.type, this.label, this.state, this.sort),
      this.found);
    this.none = h('p', { class: 'waiting', hidden: true });
    this.table = new VirtualTable(root, {
      label: 'Sensors',
      head: this.head(),
      make: () => makeRow(),
      fill: (row, device) => this.fill(row, device),
      key: (device) => device.id,
      open: (device) => graph(device),
      seen: (devices) => this.sparks?.want(devices),
    });
    root.append(this.none);
    this.sparks = new Sparks(this.model, (ids) => this.table.refresh(ids));
    this.go(query);
  }

  head() {
    const heads = [['name', 'Name'], ['type', 'Type'], ['value', 'Value'], [null, 'Trend'], ['seen', 'Measured'], ['battery', 'Battery'], ['signal', 'Signal']];
    this.heads = heads.map(([sort, text]) => h('div', { role: 'columnheader', class: 'c-' + (sort ?? 'spark'), title: sort ? null : 'of the last 24 hours, or since the journal begins' },
      sort ? h('button', { type: 'button', 'data-sort': sort, onclick: () => { this.sort.value = sort; this.changed(); } }, text) : text));
    return h('div', { role: 'row', class: 's-row s-head', 'aria-rowindex': 1 }, this.heads);
  }

  /** Takes what the address says. */
  async go(query) {
    this.query.value = query.get('q') ?? '';
    if (!await this.index()) return;
    for (const [select, field] of [[this.type, 'type'], [this.label, 'label'], [this.state, 'state']]) {
      select.value = query.get(field) ?? '';
      if (select.selectedIndex < 0) select.value = '';
    }
    this.sort.value = SORTS[query.get('sort')] ? query.get('sort') : 'name';
    this.filter();
  }

  close() {
    this.table.close();
    cancelAnimationFrame(this.#planned);
    this.indexing = null;
  }

  /**
   * Prepares what is searched and offered, once for each list of devices, in pieces between which the browser draws.
   *
   * @return whether it was done, and not overtaken by a newer list
   */
  async index() {
    const devices = this.model.devices;
    this.indexing = devices;
    const types = new Map();
    const labels = new Map();
    const named = [];
    let begun = performance.now();
    for (const device of devices.values()) {
      if (performance.now() - begun > PIECE_MS) {
        await breathe();
        if (this.indexing !== devices) return false;
        begun = performance.now();
      }
      named.push([sortKey(clip(device.name || device.id)), device]);
      const pairs = Object.entries(device.labels).map(([key, value]) => (value === '' ? key : `${key}=${value}`));
      device.haystack = [device.name, device.id, device.type, device.project, device.productNumber, ...pairs].join('\n').toLowerCase();
      device.pairs = pairs;
      types.set(device.type, (types.get(device.type) ?? 0) + 1);
      for (const pair of pairs) {
        if (!pair.startsWith('name=')) labels.set(pair, (labels.get(pair) ?? 0) + 1);
      }
    }
    // names are compared once and not at each filter: "Door 2" stands before "Door 10"
    if (devices.size > 500) await breathe();
    if (this.indexing !== devices) return false;
    named.sort(([one], [other]) => compare(one, other)).forEach(([, device], i) => { device.place = i; });
    offer(this.type, 'Any type', types);
    offer(this.label, 'Any label', labels);
    this.indexed = devices;
    return true;
  }

  /** What is typed fast is searched once. */
  changed() {
    this.#planned ||= requestAnimationFrame(() => {
      this.#planned = 0;
      this.apply();
    });
  }

  apply() {
    const query = new URLSearchParams();
    for (const [field, value] of [['q', this.query.value.trim()], ['type', this.type.value], ['label', this.label.value],
      ['state', this.state.value], ['sort', this.sort.value === 'name' ? '' : this.sort.value]]) {
      if (value) query.set(field, value);
    }
    this.page.address(query, false);
    window.scrollTo(0, 0);
    this.filter();
  }

  filter() {
    if (this.indexed !== this.model.devices) return; // it is done when they are ready
    const started = performance.now();
    const words = this.query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [type, label, wanted] = [this.type.value, this.label.value, this.state.value];
    const time = this.model.time();
    const found = [];
    for (const device of this.model.devices.values()) {
      if (type && device.type !== type) continue;
      if (label && !device.pairs.includes(label)) continue;
      if (wanted === 'alarm' && !device.alarm) continue;
      if (wanted === 'silent' && !isSilent(device, time)) continue;
      if (wanted === 'well' && isSilent(device, time)) continue;
      if (words.every((word) => device.haystack.includes(word))) found.push(device);
    }
    const order = SORTS[this.sort.value][1];
    found.sort((one, other) => order(one, other) || one.place - other.place);
    this.#sortedAt = performance.now();
    const all = this.model.devices.size;
    this.found.textContent = found.length === all ? `${count(all)} devices` : `${count(found.length)} of ${count(all)} devices`;
    this.none.hidden = found.length > 0;
    this.none.textContent = all === 0 ? 'The project has no device that the router knows of yet.' : 'No device matches.';
    for (const head of this.heads) {
      const by = head.querySelector('button')?.dataset.sort;
      if (by) head.setAttribute('aria-sort', by === this.sort.value ? (by === 'name' || by === 'type' ? 'ascending' : 'descending') : 'none');
    }
    this.table.set(found);
    performance.measure('filter', { start: started });
  }

  update(what, detail) {
    if (what === 'devices') {
      this.index().then((isDone) => isDone && this.filter());
    } else if (what === 'alarms') {
      if (this.sort.value === 'alarm' || this.state.value === 'alarm') this.filter();
      else this.table.refresh();
    } else if (what === 'values') {
      this.table.refresh(detail);
    } else if (what === 'late') {
      this.sparks.late((detail.series ?? []).map(([device]) => device));
    } else if (what === 'tick') {
      this.tick();
    }
  }

  /** What becomes silent looks so; an order that depends on time is made anew now and then, not under the reader's eyes. */
  tick() {
    const isOfTime = ['seen', 'silent', 'value'].includes(this.sort.value) || ['silent', 'well'].includes(this.state.value);
    if (isOfTime && performance.now() - this.#sortedAt > 5000) this.filter();
    else this.table.refresh();
    this.sparks.want(this.table.visible());
  }

  fill(row, device) {
    const parts = row.parts;
    const time = this.model.time();
    const silent = isSilent(device, time);
    const level = device.alarm ? device.alarm.severity : !device.seen ? 'unheard' : silent ? 'silent' : 'ok';
    set(row, 'class', 's-row' + (silent ? ' silent' : '') + (device.alarm ? ' alarm-' + device.alarm.severity : '')
      + (row.classList.contains('active') ? ' active' : ''));
    set(parts.dot, 'class', 'dot ' + level);
    const label = clip(device.name || device.id);
    if (parts.name.textContent !== label) {
      parts.name.textContent = label;
      parts.name.title = clip(device.name || device.id, 600);
    }
    text(parts.labels, (device.pairs ?? []).filter((pair) => !pair.startsWith('name=')).map((pair) => clip(pair, 40)).slice(0, 4).join('  ') || device.id);
    text(parts.type, TYPES[device.type] ?? clip(state(String(device.type ?? '').replace(/([a-z])([A-Z])/g, '$1 $2')), 40));
    // what tells of the device alone is not what it measures
    const [first, second] = mainQuantities(device).filter((quantity) => !OWN.includes(quantity));
    text(parts.value, this.value(device, first));
    text(parts.second, second ? this.value(device, second) : '');
    const at = device.values[first]?.[1] ?? device.seen;
    this.age(parts.age, at, silent);
    text(parts.alarm, device.alarm ? `${device.alarm.severity}: ${clip(device.alarm.rule, 60)}` : !device.seen ? 'not heard from yet' : silent ? 'silent' : '');
    set(parts.alarm, 'class', 'flag ' + level);
    text(parts.battery, device.battery === null || device.battery === undefined ? '' : `${Math.round(device.battery)} %`);
    set(parts.battery, 'class', device.battery <= 15 ? 'low' : '');
    bars(parts, device.signal);
    this.sparks?.draw(parts.spark, device);
  }

  value(device, quantity) {
    const entry = device.values[quantity];
    if (!entry) return '–';
    if (quantity === 'touch') return 'Touched';
    return valueWithUnit(quantity, entry[0], this.model.quantities[quantity]?.unit);
  }

  age(element, ms, silent) {
    const wanted = toMs(ms);
    if (element.dataset.ago !== String(wanted)) {
      const fresh = ago(wanted, 'ago');
      element.textContent = fresh.textContent;
      element.title = fresh.title;
      if (wanted === null) delete element.dataset.ago;
      else element.dataset.ago = wanted;
    }
    set(element, 'aria-label', silent ? 'not heard from for longer than usual' : null);
  }
}

function offer(select, any, counts) {
  const chosen = select.value;
  const entries = [...counts].filter(([key]) => key).sort(([one, n], [other, m]) => m - n || compare(one, other)).slice(0, 200);
  select.replaceChildren(h('option', { value: '' }, any),
    ...entries.map(([key, n]) => h('option', { value: key }, `${clip(key, 40)} (${n})`)));
  select.value = chosen;
  if (select.selectedIndex < 0) select.value = '';
}

function makeRow() {
  const parts = {
    dot: h('span', { class: 'dot', 'aria-hidden': 'true' }),
    name: h('bdi', { class: 'name' }),
    labels: h('bdi', { class: 'labels muted' }),
    type: h('span', { class: 'muted' }),
    value: h('span', { class: 'value' }),
    second: h('span', { class: 'second muted' }),
    spark: h('canvas', { 'aria-hidden': 'true' }),
    age: h('time', { class: 'ago' }),
    alarm: h('span', { class: 'flag' }),
    battery: h('span', {}),
    signalText: h('span', {}),
  };
  parts.signal = svg('svg', { class: 'bars', viewBox: '0 0 20 14', 'aria-hidden': 'true' },
    [0, 1, 2, 3].map((i) => svg('rect', { x: i * 5, y: 10 - i * 3.3, width: 3.6, height: 4 + i * 3.3, rx: 1 })));
  const row = h('div', { class: 's-row' },
    h('div', { role: 'gridcell', class: 'c-name' }, parts.dot, h('span', { class: 'two' }, parts.name, parts.labels)),
    h('div', { role: 'gridcell', class: 'c-type' }, parts.type),
    h('div', { role: 'gridcell', class: 'c-value' }, parts.value, parts.second),
    h('div', { role: 'gridcell', class: 'c-spark' }, parts.spark),
    h('div', { role: 'gridcell', class: 'c-seen' }, parts.age, parts.alarm),
    h('div', { role: 'gridcell', class: 'c-battery' }, parts.battery),
    h('div', { role: 'gridcell', class: 'c-signal' }, parts.signal, parts.signalText));
  row.parts = parts;
  return row;
}

function bars(parts, signal) {
  const has = typeof signal === 'number';
  const level = !has ? 'none' : signal >= 75 ? 4 : signal >= 45 ? 3 : signal >= 20 ? 2 : 1;
  set(parts.signal, 'data-level', level);
  text(parts.signalText, has ? `${Math.round(signal)} %` : '');
}

function text(element, wanted) {
  if (element.textContent !== wanted) element.textContent = wanted;
}

function set(element, attribute, wanted) {
  if (wanted === null) element.removeAttribute(attribute);
  else if (element.getAttribute(attribute) !== String(wanted)) element.setAttribute(attribute, wanted);
}

function graph(device) {
  const query = new URLSearchParams();
  for (const quantity of mainQuantities(device).slice(0, 2)) query.append('s', `${device.id}/${quantity}`);
  location.hash = '#graphs?' + query;
}

