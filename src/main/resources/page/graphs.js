// Graphs: several series over one another, from an hour to all that is kept. What is shown is in the address.

import { Newest, isSilent, mainQuantities, quantitiesOf, seriesQuery } from './api.js';
import { h, icon, name } from './dom.js';
import { DAY, HOUR, MINUTE, age, between, clip, date, count, moment, plural, span, stamp, toMs, value, valueWithUnit, zone } from './format.js';
import { Plot, colour, openGaps } from './plot.js';

const RANGES = [['1h', '1 h', HOUR], ['6h', '6 h', 6 * HOUR], ['24h', '24 h', DAY], ['7d', '7 d', 7 * DAY], ['31d', '31 d', 31 * DAY], ['all', 'All', null]];
const GAP = { filling: 'being filled', open: 'open', unfillable: 'cannot be filled' };
const MOST = 20;
const ROWS = 25;
const SHORTEST = 10_000;
/** When a graph is asked for again that the router did not answer, in milliseconds. */
const AGAIN = 10_000;

export function open(root, page, query) {
  const view = new Graphs(root, page);
  view.go(query);
  return { go: (next) => view.go(next), update: (what, detail) => view.update(what, detail), close: () => view.close() };
}

/** Takes an answer of /api/series into the form in which it is drawn: times as milliseconds. */
export function prepared(answer, now) {
  const times = (one) => ({ ...one, from: toMs(one.from), to: toMs(one.to) });
  return {
    ...answer,
    now,
    from: toMs(answer.from),
    to: toMs(answer.to),
    step: answer.step ?? 0,
    series: (answer.series ?? []).filter((one) => one && one.device),
    gaps: (answer.gaps ?? []).map(times),
    alarms: (answer.alarms ?? []).map(times),
    limits: answer.limits ?? [],
  };
}

class Graphs {
  #source = new Newest();
  #again = 0;
  /** The shortest wait that was wished for since the graph was last asked for. */
  #within = Infinity;
  #settled = 0;
  /** The gaps that were known when the graph was last asked for. */
  #gaps = '';
  #answeredAt = 0;
  #answer = null;
  #page = 0;
  /** The place under the pointer; null without one. */
  #pointed = null;

  constructor(root, page) {
    this.page = page;
    this.model = page.model;
    this.series = [];
    this.range = '24h';
    this.isChosen = false;
    this.span = null;
    this.hidden = new Set();
    this.ranges = h('div', { class: 'segments', role: 'group', 'aria-label': 'Span of time' },
      RANGES.map(([key, text]) => h('button', { type: 'button', 'data-range': key, onclick: () => this.choose(key) }, text)));
    this.legend = h('ul', { class: 'legend' });
    this.host = h('div', { class: 'plot', tabindex: 0, role: 'group', 'aria-label': 'Graph. Arrow keys move, plus and minus zoom, Home goes back.', onkeydown: (event) => this.key(event) });
    this.caption = h('figcaption', { id: 'graph-caption' });
    this.figure = h('figure', { class: 'graph', role: 'figure', 'aria-labelledby': 'graph-caption' }, this.legend, this.host, this.caption);
    this.note = h('p', { class: 'waiting', role: 'status' });
    this.table = h('div', {});
    this.details = h('details', { class: 'behind', ontoggle: () => this.drawTable() }, h('summary', {}, 'The same as a table'), this.table);
    const tool = (text, label, which, run) => h('button', { type: 'button', class: 'tool', 'aria-label': label, title: label, onclick: run }, icon(which), text && h('span', {}, text));
    root.append(
      h('div', { class: 'graph-bar' },
        h('button', { type: 'button', class: 'main', onclick: () => this.pick() }, icon('plus'), 'Add'),
        this.ranges,
        h('div', { class: 'tools' },
          tool('', 'Back in time', 'left', () => this.shift(-0.5)), tool('', 'Forward in time', 'right', () => this.shift(0.5)),
          tool('', 'Zoom out', 'minus', () => this.zoom(2)), tool('', 'Zoom in', 'plus', () => this.zoom(0.5)),
          tool('PNG', 'PNG: download as a picture', 'down', () => this.png()), tool('CSV', 'CSV: download all values', 'down', () => this.csv()))),
      this.figure, this.note, this.details);
    this.plot = new Plot(this.host, { onRange: (from, to) => this.zoomed(from, to), onCursor: (index) => this.cursor(index) });
  }

  close() {
    clearTimeout(this.#again);
    clearTimeout(this.#settled);
    this.#source.close();
    this.plot.destroy();
  }

  /** Takes what the address says; without anything, something to begin with. */
  go(query) {
    let series = query.getAll('s').filter((one) => one.includes('/')).slice(0, MOST);
    if (series.length === 0 && !query.has('range') && !query.has('from')) series = this.suggestion();
    if (series.join() !== this.series.join()) this.hidden.clear();
    this.series = series;
    this.isChosen = RANGES.some(([key]) => key === query.get('range'));
    this.range = this.isChosen ? query.get('range') : this.fitting();
    const from = toMs(query.get('from'));
    const to = toMs(query.get('to'));
    this.span = from !== null && to !== null && from < to ? [from, to] : null;
    this.marks();
    this.ask();
  }

  /** A day, or less while the journal is younger: a graph of nothing but its right edge helps nobody. */
  fitting() {
    const known = this.model.time() - Math.min(...(this.model.now?.journal ?? []).map((journal) => toMs(journal.oldest) ?? Infinity));
    if (!Number.isFinite(known) || known > 12 * HOUR) return '24h';
    return known > 2 * HOUR ? '6h' : 'all';
  }

  suggestion() {
    const devices = [...this.model.devices.values()];
    const first = devices.find((device) => device.alarm) ?? devices.find((device) => device.values.temperature);
    if (!first) return devices[0] && mainQuantities(devices[0])[0] ? [`${devices[0].id}/${mainQuantities(devices[0])[0]}`] : [];
    const wanted = mainQuantities(first)[0];
    const near = (device) => !(Math.abs(device.values[wanted][0] - first.values[wanted][0]) > 8);
    return [first, ...devices.filter((device) => device !== first && device.values[wanted] && near(device))]
      .slice(0, 3)
      .map((device) => `${device.id}/${wanted}`);
  }

  /** The span that is shown, in milliseconds. */
  view() {
    if (this.span) return this.span;
    const now = this.model.time();
    const length = RANGES.find(([key]) => key === this.range)[2];
    return length === null ? [this.oldest(), now] : [now - length, now];
  }

  oldest() {
    const known = (this.model.now?.journal ?? []).map((journal) => toMs(journal.oldest)).filter((ms) => ms !== null);
    return Math.min(this.model.time() - 5 * MINUTE, ...(known.length ? known : [this.model.time() - 31 * DAY]));
  }

  address(isStep) {
    const query = new URLSearchParams();
    this.series.forEach((one) => query.append('s', one));
    if (this.span) {
      query.set('from', new Date(this.span[0]).toISOString());
      query.set('to', new Date(this.span[1]).toISOString());
    }
    if (this.isChosen || this.series.length === 0) query.set('range', this.range);
    this.page.address(query, isStep);
  }

  marks() {
    for (const button of this.ranges.children) button.setAttribute('aria-pressed', !this.span && button.dataset.range === this.range);
  }

  choose(range) {
    this.range = range;
    this.isChosen = true;
    this.span = null;
    this.changed(true);
  }

  changed(isStep) {
    this.marks();
    this.address(isStep);
    this.ask();
  }

  /** A span that a person chose; null takes back the range. */
  zoomed(from, to) {
    if (from === null) {
      this.span = null;
    } else {
      const now = this.model.time();
      const length = Math.min(Math.max(to - from, SHORTEST), 10 * 366 * DAY);
      if (to - from < SHORTEST) [from, to] = [(from + to - length) / 2, (from + to + length) / 2];
      if (from > now - length * 0.1) [from, to] = [now - length * 0.1, now + length * 0.9];
      this.span = [Math.round(from), Math.round(to)];
    }
    this.marks();
    this.plot.move(...this.view());
    this.address(false);
    clearTimeout(this.#settled);
    this.#settled = setTimeout(() => this.ask(), 120);
  }

  shift(part) {
    const [from, to] = this.view();
    const by = (to - from) * part;
    this.zoomed(from + by, to + by);
  }

  zoom(factor) {
    const [from, to] = this.view();
    const now = this.model.time();
    // what is newest stays in sight if it was
    const middle = to >= now - 1000 ? to : (from + to) / 2;
    this.zoomed(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }

  key(event) {
    const run = {
      ArrowLeft: () => this.shift(-0.2), ArrowRight: () => this.shift(0.2), '+': () => this.zoom(0.5), '=': () => this.zoom(0.5),
      '-': () => this.zoom(2), Home: () => this.zoomed(null, null), 0: () => this.zoomed(null, null),
    }[event.key];
    if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    run();
  }

  async ask() {
    clearTimeout(this.#again);
    clearTimeout(this.#settled);
    this.#within = Infinity;
    this.#gaps = gapsOf(this.model.now);
    this.#source.close();
    this.figure.hidden = this.series.length === 0;
    this.details.hidden = this.series.length === 0;
    this.note.textContent = this.series.length === 0 ? 'Add a sensor to see its graph.' : '';
    if (this.series.length === 0) return;
    const [from, to] = this.view();
    const started = performance.now();
    try {
      const given = await this.#source.get('/api/series?' + seriesQuery(this.series, from, to, Math.max(200, this.host.clientWidth)));
      if (given === null) return;
      const answer = prepared(given, this.model.time());
      this.#answer = answer;
      this.#answeredAt = performance.now();
      answer.series.forEach((one) => { one.colour = this.series.indexOf(`${one.device}/${one.quantity}`); });
      this.plot.hidden = this.hiddenOf(answer);
      this.plot.show(answer, ...this.view());
      performance.measure('graph', { start: started });
      this.tell();
      this.drawTable();
    } catch (e) {
      this.#answeredAt = performance.now();
      if (e.status !== undefined) this.note.textContent = e.message;
      else console.error(e);
      this.#within = Math.min(this.#within, AGAIN);
    }
    if (this.#within < Infinity) this.soon(this.#within);
  }

  hiddenOf(answer) {
    return new Set(answer.series.map((one, i) => i).filter((i) => this.hidden.has(`${answer.series[i].device}/${answer.series[i].quantity}`)));
  }

  update(what, detail) {
    if (what === 'devices' && this.series.length === 0 && this.model.devices.size > 0) {
      this.series = this.suggestion();
      if (!this.isChosen) this.range = this.fitting();
      this.marks();
      this.ask();
    } else if (what === 'devices' || what === 'connection') {
      if (document.body.dataset.connection === 'open') this.ask();
    } else if (what === 'late') {
      const [from, to] = this.view();
      const isShown = (detail.series ?? []).some(([device, quantity, a, b]) => this.series.includes(`${device}/${quantity}`) && b >= from && a <= to);
      if (isShown) this.soon(300);
    } else if (what === 'values') {
      const [from, to] = this.view();
      if (to < this.model.time() - 2000 || from > this.model.time()) return;
      if (this.series.some((one) => detail.has(one.slice(0, one.lastIndexOf('/'))))) this.soon(this.pace());
    } else if (what === 'alarms') {
      this.soon(500);
    } else if (what === 'status') {
      // a gap may open or close without a value that tells of it
      if (gapsOf(this.model.now) !== this.#gaps) this.soon(500);
    } else if (what === 'tick') {
      // values become old above all while nothing comes
      if (this.#pointed === null) this.cursor(null);
      if (!this.span && this.#answer && document.body.dataset.connection === 'open') {
        this.plot.move(...this.view());
        if (!this.#source.isAsking && performance.now() - this.#answeredAt > Math.max(this.pace(), 20_000)) this.soon(0);
      }
    }
  }

  /** Not more often than a step of the graph is worth. */
  pace() {
    const [from, to] = this.view();
    return Math.max(1000, Math.min(60_000, (to - from) / Math.max(200, this.host.clientWidth) / 2));
  }

  /** Asks so many milliseconds after the last answer, or sooner if somebody else wished so. */
  soon(wait) {
    this.#within = Math.min(this.#within, wait);
    // the answer that is on its way may have been made before what this is about: it is asked again after it
    if (this.#source.isAsking) return;
    const due = Math.max(0, this.#within - (performance.now() - this.#answeredAt));
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.ask(), due);
  }

  // --- what stands around the graph ---------------------------------------------------------------------------------------

  title(key) {
    const [id, quantity] = split(key);
    return { id, quantity, device: this.model.devices.get(id), text: clip(this.model.devices.get(id)?.name || this.#answer?.series.find((one) => one.device === id)?.name || id, 80) };
  }

  tell() {
    const answer = this.#answer;
    for (const item of this.legend.querySelectorAll('li')) if (!this.series.includes(item.dataset.key)) item.remove();
    this.series.forEach((key, i) => {
      const { quantity, text } = this.title(key);
      let item = [...this.legend.children].find((one) => one.dataset.key === key);
      if (!item) {
        item = h('li', { 'data-key': key },
          h('button', { type: 'button', class: 'swatch', onclick: () => this.toggle(key) }, h('span', { class: 'stroke' }), h('span', { class: 'of' }, name(text), h('span', { class: 'muted' }, ' ' + clip(quantity, 40))), h('span', { class: 'num now' })),
          h('button', { type: 'button', class: 'remove', onclick: () => this.remove(key) }, icon('close')));
      }
      this.legend.append(item);
      item.className = colour(i) + (this.hidden.has(key) ? ' off' : '');
      item.firstChild.setAttribute('aria-pressed', !this.hidden.has(key));
      item.lastChild.setAttribute('aria-label', `Remove ${text} ${quantity}`);
    });
    this.cursor(null);
    const [from, to] = this.view();
    const days = to - from > DAY * 1.01 || new Date(from).toDateString() !== new Date(to).toDateString();
    const ends = days ? `${date(from)} ${moment(from).slice(-5)} to ${date(to)} ${moment(to).slice(-5)}` : `${moment(from)} to ${moment(to)}`;
    const gaps = openGaps(answer).filter((gap) => gap.from < to && (gap.to ?? Infinity) > from);
    const parts = answer.series.map((one) => summary(one, this.title(`${one.device}/${one.quantity}`).text));
    this.caption.replaceChildren(
      h('span', { class: 'what' }, parts.filter(Boolean).join('; ') || 'No value in this span', '.'),
      gaps.length === 0 ? '' : h('span', { class: 'gap-note' }, h('span', { class: 'hatch', 'aria-hidden': 'true' }),
        ` ${plural(gaps.length, 'gap')}: ${gaps.slice(0, 2).map((gap) => `${between(gap.from, gap.to, true)} (${GAP[gap.state] ?? gap.state})`).join(', ')}${gaps.length > 2 ? ' …' : ''}. `),
      h('span', { class: 'muted' }, ` ${ends}, ${zone(to)}; ${answer.step > 0 ? `minimum and maximum of each ${span(answer.step)}` : 'every value'}.`));
    const empty = answer.series.every((one) => (one.t ?? []).length === 0);
    this.note.textContent = empty ? 'There are no values in this span of time.' : '';
  }

  /** The values under the pointer, or the newest ones. */
  cursor(index) {
    this.#pointed = index;
    const answer = this.#answer;
    if (!answer) return;
    const [from, to] = this.view();
    const isPointed = index !== null && this.plot.data;
    this.series.forEach((key) => {
      const item = [...this.legend.children].find((one) => one.dataset.key === key);
      const i = answer.series.findIndex((one) => `${one.device}/${one.quantity}` === key);
      if (!item || i < 0) return;
      const one = answer.series[i];
      const out = item.querySelector('.now');
      const text = isPointed ? pointed(this.plot, one, i, index) : newest(one, this.model.devices.get(one.device), to, this.model.time());
      if (out.textContent !== text) out.textContent = text;
    });
    const at = isPointed ? this.plot.data[0][index] : null;
    this.legend.dataset.at = at ? (to - from > DAY ? `${date(at)} ${moment(at, true).slice(-8)}` : moment(at, true)) : '';
  }

  toggle(key) {
    if (!this.hidden.delete(key)) this.hidden.add(key);
    this.plot.hidden = this.hiddenOf(this.#answer);
    this.plot.show(this.#answer, ...this.view());
    this.tell();
  }

  remove(key) {
    this.series = this.series.filter((one) => one !== key);
    this.hidden.delete(key);
    this.legend.querySelectorAll('li').forEach((item) => item.dataset.key === key && item.remove());
    this.changed(true);
  }

  drawTable() {
    if (!this.details.open || !this.#answer || !this.plot.data) return;
    const answer = this.#answer;
    const data = this.plot.data;
    const rows = [];
    for (let k = data[0].length - 1; k >= 0; k--) {
      const cells = answer.series.map((one, i) => pointed(this.plot, one, i, k, true));
      if (cells.some((text) => text !== '')) rows.push([data[0][k], cells]);
    }
    const pages = Math.max(1, Math.ceil(rows.length / ROWS));
    this.#page = Math.max(0, Math.min(this.#page, pages - 1));
    const shown = rows.slice(this.#page * ROWS, this.#page * ROWS + ROWS);
    const turn = (by) => {
      this.#page += by;
      this.drawTable();
      this.table.querySelector(by > 0 ? '.next' : '.previous')?.focus();
    };
    this.table.replaceChildren(
      h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Values of the graph' },
        h('table', {},
          h('caption', { class: 'unseen' }, `Values of the graph, the newest first, times in ${zone()}`),
          h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Time'), answer.series.map((one) => h('th', { scope: 'col', class: 'num' }, name(this.title(`${one.device}/${one.quantity}`).text), ` ${clip(one.quantity, 40)}${one.unit ? ', ' + one.unit : ''}`)))),
          h('tbody', {}, shown.map(([ms, cells]) => h('tr', {}, h('th', { scope: 'row', class: 'nowrap' }, stamp(ms)), cells.map((text) => h('td', { class: 'num' }, text))))))),
      h('div', { class: 'turn' },
        h('button', { type: 'button', class: 'small previous', disabled: this.#page === 0, onclick: () => turn(-1) }, 'Newer'),
        h('span', { class: 'muted', role: 'status' }, `Page ${count(this.#page + 1)} of ${count(pages)}`),
        h('button', { type: 'button', class: 'small next', disabled: this.#page >= pages - 1, onclick: () => turn(1) }, 'Older')));
  }

  // --- choosing and keeping ------------------------------------------------------------------------------------------------

  pick() {
    const dialog = this.page.dialog;
    const search = h('input', { type: 'search', placeholder: 'Name, label, quantity …', 'aria-label': 'Search series', autocomplete: 'off', oninput: () => list() });
    const found = h('ul', { class: 'choices' });
    const rest = h('p', { class: 'small-print', role: 'status' });
    const list = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const matches = [];
      let more = 0;
      for (const device of this.model.devices.values()) {
        const main = mainQuantities(device);
        for (const quantity of quantitiesOf(device)) {
          if (words.length === 0 && !main.includes(quantity)) continue;
          const text = [device.name, device.id, device.type, quantity, ...Object.entries(device.labels).map(([k, v]) => `${k}=${v}`)].join('\n').toLowerCase();
          if (!words.every((word) => text.includes(word))) continue;
          if (matches.length < 60) matches.push([device, quantity]);
          else more++;
        }
      }
      found.replaceChildren(...matches.map(([device, quantity]) => {
        const key = `${device.id}/${quantity}`;
        return h('li', {}, h('label', {},
          h('input', { type: 'checkbox', checked: this.series.includes(key), onchange: (event) => this.choice(key, event.target) }),
          h('span', { class: 'grow' }, name(device.name || device.id), h('span', { class: 'muted' }, ' ' + quantity)),
          h('span', { class: 'num muted' }, valueWithUnit(quantity, device.values[quantity]?.[0], this.model.quantities[quantity]?.unit))));
      }));
      rest.textContent = matches.length === 0 ? 'Nothing matches.' : more ? `${count(more)} more: type to narrow it down.` : '';
    };
    list();
    dialog.replaceChildren(h('form', { method: 'dialog', class: 'sheet' }, h('h2', { id: 'dialog-title' }, 'What to draw'), search, found, rest,
      h('div', { class: 'buttons' }, h('button', { class: 'main' }, 'Done'))));
    dialog.showModal();
    search.focus();
  }

  choice(key, box) {
    if (!box.checked) return this.remove(key);
    if (this.series.length >= MOST) {
      box.checked = false;
      return undefined;
    }
    this.series = [...this.series, key];
    return this.changed(true);
  }

  async png() {
    if (!this.#answer) return;
    const [from, to] = this.view();
    const legend = this.#answer.series.map((one) => `${this.title(`${one.device}/${one.quantity}`).text} ${one.quantity}${one.unit ? ', ' + one.unit : ''}`);
    const blob = await this.plot.picture(`${stamp(from).slice(0, 16)} to ${stamp(to).slice(0, 16)} (${zone(to)})`, legend);
    save(URL.createObjectURL(blob), `graph-${stamp(to).slice(0, 10)}.png`, true);
  }

  csv() {
    const [from, to] = this.view();
    save('/api/series.csv?' + seriesQuery(this.series, from, to), `values-${stamp(to).slice(0, 10)}.csv`, false);
  }
}

function save(url, file, isBlob) {
  const link = h('a', { href: url, download: file });
  document.body.append(link);
  link.click();
  link.remove();
  if (isBlob) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Which gaps there are and how they stand, to be compared. */
function gapsOf(now) {
  return JSON.stringify((now?.gaps ?? []).map((gap) => [gap.stream, gap.from, gap.to, gap.state]));
}

function split(key) {
  const at = key.lastIndexOf('/');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** What one series has at one place, as text; with exact, nothing where there is no value at that very time. */
function pointed(plot, one, i, index, exact) {
  const columns = plot.columnsOf(i);
  const at = (column) => {
    const data = plot.data[column];
    let k = index;
    if (!exact && one.kind !== 'count' && one.kind !== 'pulse') while (k > 0 && data[k] === undefined) k--;
    return data[k];
  };
  const high = at(columns[0]);
  if (high === undefined || high === null) return exact ? '' : '–';
  if (one.kind === 'pulse') return 'touched';
  if (one.kind === 'state') return value(one.quantity, String(one.states?.[high] ?? high));
  const low = columns[1] ? at(columns[1]) : high;
  const unit = exact || !one.unit ? '' : ' ' + one.unit;
  if (low !== null && low !== undefined && low !== high) return `${value(one.quantity, low)} … ${value(one.quantity, high)}${unit}`;
  return (one.kind === 'count' ? '+' : '') + value(one.quantity, high) + unit;
}

/** What a series has now, with its age if that is older than the device's usual interval, or the device is silent. */
function newest(one, device, to, now) {
  const entry = device?.values[one.quantity];
  if (!entry || to < now - 5 * MINUTE) return '';
  const usual = device.rhythm > 0 ? Math.max(device.rhythm * 1000, 20_000) : 5 * MINUTE;
  const isOld = now - entry[1] > usual || isSilent(device, now);
  return valueWithUnit(one.quantity, entry[0], one.unit) + (isOld ? `, ${age(entry[1], now)}` : '');
}

function summary(one, title) {
  const n = (one.t ?? []).length;
  if (n === 0) return `${title}: no value`;
  if (one.kind === 'state') return `${title} ${one.quantity}: ${plural(Math.max(0, n - 1), 'change')}`;
  if (one.kind === 'pulse') return `${title}: ${plural(n, 'touch', 'touches')}`;
  const highs = (one.v ?? one.max).filter(Number.isFinite);
  const lows = (one.v ?? one.min).filter(Number.isFinite);
  if (highs.length === 0) return `${title}: no value`;
  if (one.kind === 'count') return `${title} ${one.quantity}: ${value(one.quantity, lows.reduce((a, b) => Math.min(a, b)))} to ${value(one.quantity, highs.reduce((a, b) => Math.max(a, b)))}`;
  const least = lows.reduce((a, b) => Math.min(a, b));
  const most = highs.reduce((a, b) => Math.max(a, b));
  return `${title} ${one.quantity} ${value(one.quantity, least)} to ${valueWithUnit(one.quantity, most, one.unit)}`;
}

