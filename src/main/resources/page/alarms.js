// Alarms: what is raised, what somebody has seen, what was; and what a rule would have raised.

import { Newest, get, isReadOnly, mainQuantities, post, rank, seriesQuery, token } from './api.js';
import { ago, h, icon, name, render } from './dom.js';
import { DAY, HOUR, between, clip, count, moment, number, plural, span, toMs, written } from './format.js';
import { prepared } from './graphs.js';
import { Plot } from './plot.js';

const PERSON = 'dt-person';
const LEVEL = { critical: 'critical', warning: 'warning', info: 'info' };

export function open(root, page, query) {
  const view = new Alarms(root, page);
  view.go(query);
  return { go: (next) => view.go(next), update: (what, detail) => view.update(what, detail), close: () => view.close() };
}

function keyOf(alarm) {
  return [alarm.stream, alarm.rule, alarm.deviceId, alarm.subject].join('|');
}

function verdict(level, text) {
  return h('section', { class: 'verdict ' + level, 'data-key': 'none' }, icon(level, `icon big ${level}`), h('div', {}, h('p', { class: 'sentence' }, text)));
}

class Alarms {
  #plots = new Map();
  #episodes = null;
  #history = new Newest();
  /** Whether alarms have changed since the history was asked for. */
  #isStale = false;

  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.model = page.model;
    this.part = '';
    this.tabs = h('div', { class: 'segments', role: 'group', 'aria-label': 'Which alarms' },
      [['', 'Active'], ['past', 'Past'], ['try', 'Try a rule']].map(([key, text]) => h('button', { type: 'button', 'data-part': key, onclick: () => this.choose(key) }, text)));
    this.body = h('div', { class: 'alarms' });
    this.note = h('p', { class: 'found', role: 'status' });
    root.append(this.tabs, this.note, this.body);
    this.body.addEventListener('click', (event) => this.click(event));
    this.body.addEventListener('toggle', (event) => this.toggled(event), true);
    this.attempt = new Attempt(page);
  }

  close() {
    for (const plot of this.#plots.values()) plot.destroy();
    this.attempt.close();
    this.#history.close();
  }

  go(query) {
    this.part = ['past', 'try'].includes(query.get('part')) ? query.get('part') : '';
    this.show();
  }

  choose(part) {
    this.part = part;
    this.page.address(new URLSearchParams(part ? { part } : {}), true);
    this.show();
  }

  show() {
    for (const button of this.tabs.children) button.setAttribute('aria-pressed', button.dataset.part === this.part);
    this.close();
    this.#plots.clear();
    this.body.replaceChildren();
    this.note.textContent = '';
    if (this.part === 'try') this.body.append(this.attempt.form());
    else this.draw();
    if (this.part === 'past') this.askPast();
  }

  update(what) {
    if (this.part === '' && (what === 'alarms' || what === 'devices' || what === 'connection')) this.draw();
    if (this.part === 'past' && what === 'alarms') {
      // alarms may change more often than the history can be read: what is on its way is shown first
      if (this.#history.isAsking) this.#isStale = true;
      else this.askPast();
    }
  }

  draw() {
    if (this.part === '') this.drawActive();
    else if (this.part === 'past') this.drawPast();
  }

  drawActive() {
    if (this.model.alarmStreams === null) {
      render(this.body, h('p', { class: 'waiting' }, 'Asking the router …'));
      return;
    }
    const alarms = [...this.model.alarms].sort((one, other) => rank(other.severity) - rank(one.severity) || toMs(other.since) - toMs(one.since));
    const shelved = alarms.filter((alarm) => alarm.shelvedUntil);
    const of = (states) => alarms.filter((alarm) => !alarm.shelvedUntil && states.includes(alarm.state));
    const groups = [
      ['Not acknowledged', of(['unacknowledged', 'returned'])],
      ['Acknowledged', of(['acknowledged'])],
      ['Pending', of(['pending'])],
      ['Shelved', shelved],
    ].filter(([, list]) => list.length > 0);
    // no alarm is good news only where somebody looks
    const lack = this.model.unwatched();
    render(this.body,
      lack && (lack.level !== 'info' || groups.length === 0) ? verdict(lack.level, lack.text)
        : groups.length === 0 ? verdict('ok', 'No alarm. All values are within their limits.') : null,
      groups.map(([title, list]) => h('section', { 'data-key': title }, h('h2', {}, `${title} `, h('span', { class: 'muted' }, count(list.length))),
        h('ul', { class: 'cards' }, list.map((alarm) => this.card(alarm))))),
      isReadOnly() && groups.length > 0 && h('p', { class: 'small-print', 'data-key': 'read-only' },
        'Read only: to acknowledge alarms, this page needs the token of the router. ', h('button', { type: 'button', class: 'link', 'data-do': 'token' }, 'Enter it')));
  }

  card(alarm) {
    const key = keyOf(alarm);
    const level = LEVEL[alarm.severity] ?? 'warning';
    const since = toMs(alarm.since);
    const returned = alarm.state === 'returned';
    const person = alarm.person;
    return h('li', { class: 'card ' + (returned ? 'returned' : level), 'data-key': key },
      h('div', { class: 'head' }, icon(level === 'info' ? 'info' : level, 'icon ' + level),
        h('div', { class: 'grow' },
          h('p', { class: 'line title' }, name(alarm.deviceName || alarm.deviceId), h('span', { class: 'value' }, alarm.subject === 'no-data' ? 'no data' : written(alarm.value))),
          h('p', { class: 'line muted' }, h('span', { class: 'pill ' + level }, alarm.severity ?? 'alarm'), ' ', name(alarm.rule, 'rule'),
            `, ${returned ? 'returned to normal, since' : 'since'} ${moment(since)} (`, ago(since, 'ago bare'), ')', alarm.isStale ? ', its device is silent' : ''),
          person && h('p', { class: 'line muted' }, name(person.name, 'person'), person.comment ? [': ', h('bdi', {}, clip(person.comment, 400))] : ' acknowledged it', person.until ? `, until ${moment(person.until)}` : ''),
          alarm.shelvedUntil && h('p', { class: 'line muted' }, `shelved until ${moment(alarm.shelvedUntil)}`))),
      h('div', { class: 'buttons' },
        ['unacknowledged', 'returned'].includes(alarm.state) && h('button', { type: 'button', class: 'main', 'data-do': 'acknowledge', 'data-of': key }, 'Acknowledge'),
        alarm.shelvedUntil
          ? h('button', { type: 'button', 'data-do': 'unshelve', 'data-of': key }, 'Unshelve')
          : h('button', { type: 'button', 'data-do': 'shelve', 'data-of': key }, 'Shelve'),
        h('button', { type: 'button', 'data-do': 'comment', 'data-of': key }, 'Comment')),
      h('details', { class: 'around', 'data-of': key }, h('summary', {}, 'Graph'),
        h('div', { class: 'small-plot', 'data-keep': 'plot ' + key })));
  }

  async askPast() {
    const to = this.model.time();
    this.#isStale = false;
    try {
      const answer = await this.#history.get('/alarms/history?' + new URLSearchParams({ from: new Date(to - 30 * DAY).toISOString() }));
      if (answer === null) return;
      this.#episodes = episodes(answer);
    } catch (e) {
      this.note.textContent = e.message;
      return;
    }
    if (this.part !== 'past') return;
    this.draw();
    if (this.#isStale) this.askPast();
  }

  drawPast() {
    if (!this.#episodes) {
      this.note.textContent = 'Asking the router …';
      return;
    }
    const list = this.#episodes;
    this.note.textContent = list.length === 0 ? 'No alarm in the last 30 days.' : `${plural(list.length, 'alarm')} in the last 30 days`;
    render(this.body, h('ul', { class: 'cards' }, list.slice(0, 200).map((one) => {
      const level = LEVEL[one.severity] ?? 'warning';
      const key = `${keyOf(one)}|${one.from}`;
      return h('li', { class: 'card past ' + level, 'data-key': key },
        h('div', { class: 'head' }, icon(level === 'info' ? 'info' : level, 'icon ' + level), h('div', { class: 'grow' },
          h('p', { class: 'line title' }, name(one.deviceName || one.deviceId), h('span', { class: 'value' }, one.to ? span(one.to - one.from) : 'still on')),
          h('p', { class: 'line muted' }, name(one.rule, 'rule'), `, ${between(one.from, one.to)}`, one.isLate ? ', told late' : ''),
          one.reason && h('p', { class: 'line muted' }, clip(one.reason, 300)),
          one.people.map((person) => h('p', { class: 'line muted' }, name(person.name, 'person'), ` ${person.change}`, person.comment ? [': ', h('bdi', {}, clip(person.comment, 300))] : '')))),
        h('details', { class: 'around', 'data-of': key }, h('summary', {}, 'Graph'), h('div', { class: 'small-plot', 'data-keep': 'plot ' + key })));
    })), list.length > 200 && h('p', { class: 'small-print' }, `${count(list.length - 200)} older ones are not shown; /alarms/history has them.`));
  }

  /** The graph around an alarm is asked for when somebody opens it. */
  async toggled(event) {
    const details = event.target.closest?.('details.around');
    if (!details) return;
    const key = details.dataset.of;
    if (!details.open) {
      this.#plots.get(key)?.destroy();
      this.#plots.delete(key);
      return;
    }
    const past = this.part === 'past' ? this.#episodes.find((one) => `${keyOf(one)}|${one.from}` === key) : null;
    const alarm = past ?? this.model.alarms.find((one) => keyOf(one) === key);
    const host = details.querySelector('.small-plot');
    if (!alarm || this.#plots.has(key)) return;
    const plot = new Plot(host, { isSmall: true, height: 170 });
    this.#plots.set(key, plot);
    await around(this.model, alarm, plot, host);
  }

  click(event) {
    const button = event.target.closest('[data-do]');
    if (!button) return;
    if (button.dataset.do === 'token') {
      askToken(this.page.dialog, () => this.draw());
      return;
    }
    const alarm = this.model.alarms.find((one) => keyOf(one) === button.dataset.of);
    if (alarm) this.act(button.dataset.do, alarm);
  }

  /** Asks who does it and why, and whether it is meant. */
  act(action, alarm) {
    const dialog = this.page.dialog;
    const words = { acknowledge: 'Acknowledge', shelve: 'Shelve', unshelve: 'Unshelve', comment: 'Comment' }[action];
    const person = h('input', { id: 'who', required: true, maxlength: 100, autocomplete: 'name', value: localStorage.getItem(PERSON) ?? '' });
    const comment = h('textarea', { id: 'why', rows: 2, maxlength: 1000, required: action === 'comment' });
    const key = h('input', { id: 'token', type: 'password', autocomplete: 'off' });
    const until = h('select', { id: 'until' }, [['1 hour', HOUR], ['4 hours', 4 * HOUR], ['8 hours', 8 * HOUR], ['1 day', DAY], ['3 days', 3 * DAY]]
      .map(([text, ms]) => h('option', { value: ms }, text)));
    const problem = h('p', { class: 'problem', role: 'alert' });
    const keyField = h('div', { class: 'field', hidden: !isReadOnly() }, h('label', { for: 'token' }, 'Token of the router'), key,
      h('p', { class: 'small-print' }, 'It is in the file management.token of the data folder.'));
    const confirm = h('button', { class: 'main', type: 'submit' }, words);
    const form = h('form', { class: 'sheet' },
      h('h2', { id: 'dialog-title' }, words),
      h('p', {}, name(alarm.deviceName || alarm.deviceId), ' ', h('span', { class: 'muted' }, clip(alarm.rule, 80), ', ', written(alarm.value))),
      h('div', { class: 'field' }, h('label', { for: 'who' }, 'Your name'), person),
      action === 'shelve' && h('div', { class: 'field' }, h('label', { for: 'until' }, 'For how long'), until),
      h('div', { class: 'field' }, h('label', { for: 'why' }, action === 'comment' ? 'Comment' : 'Comment, if you like'), comment),
      keyField, problem,
      h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), confirm));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      confirm.disabled = true;
      problem.textContent = '';
      localStorage.setItem(PERSON, person.value.trim());
      if (key.value.trim()) token.set(key.value.trim());
      try {
        await post('/alarms', {
          action, rule: alarm.rule, device: alarm.deviceId, subject: alarm.subject, stream: alarm.stream,
          person: person.value.trim(), comment: comment.value.trim(),
          ...(action === 'shelve' ? { until: new Date(this.model.time() + Number(until.value)).toISOString() } : {}),
        });
        dialog.close();
        // the stream tells what became of it; an answer asked for here might be older than that
        if (document.body.dataset.connection !== 'open') this.model.takeAlarms(await get('/alarms'));
        this.draw();
      } catch (e) {
        if (e.status === 401 || e.status === 403) {
          token.set('');
          keyField.hidden = false;
        }
        problem.textContent = clip(e.message, 400);
      } finally {
        confirm.disabled = false;
      }
    });
    dialog.replaceChildren(form);
    dialog.showModal();
    (person.value ? confirm : person).focus();
  }
}

function askToken(dialog, then) {
  const key = h('input', { id: 'token', type: 'password', autocomplete: 'off', required: true });
  const form = h('form', { class: 'sheet' }, h('h2', { id: 'dialog-title' }, 'Token of the router'),
    h('div', { class: 'field' }, h('label', { for: 'token' }, 'Token'), key, h('p', { class: 'small-print' }, 'It is in the file management.token of the data folder, and stays in this tab.')),
    h('div', { class: 'buttons' }, h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'), h('button', { class: 'main' }, 'Keep it')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token.set(key.value.trim());
    dialog.close();
    then();
  });
  dialog.replaceChildren(form);
  dialog.showModal();
  key.focus();
}

/** What came and went, made of the changes that the alarm journal holds; the newest first. */
export function episodes(changes) {
  const open = new Map();
  const list = [];
  for (const change of changes) {
    const key = keyOf(change);
    let one = open.get(key);
    if (change.change === 'raised') {
      one = { ...change, from: toMs(change.since) ?? toMs(change.timestamp), to: null, people: [] };
      open.set(key, one);
      list.push(one);
    } else if (one) {
      // one ends without being cleared if its device has left, or its rule was removed
      if (change.change === 'cleared' || change.change === 'ended') {
        one.to = toMs(change.timestamp);
        open.delete(key);
      }
      if (change.person?.name) one.people.push({ ...change.person, change: clip(change.change, 30) });
    }
  }
  return list.sort((a, b) => b.from - a.from);
}

/** The values of an alarm's device around it, with the limits of its rule. */
async function around(model, alarm, plot, host) {
  const device = model.devices.get(alarm.deviceId);
  const quantity = alarm.quantity ?? (device ? mainQuantities(device)[0] : null);
  if (!quantity) {
    host.replaceChildren(h('p', { class: 'small-print' }, 'Its device has no values.'));
    return;
  }
  const begin = alarm.from ?? toMs(alarm.since);
  const end = Math.min(alarm.to ?? model.time(), model.time());
  const room = Math.max(60_000, 6000 * (device?.rhythm ?? 150), (end - begin) * 0.5);
  const [from, to] = [begin - room, Math.min(end + room * (alarm.to ? 1 : 0.1), model.time() + room * 0.1)];
  try {
    const answer = prepared(await get('/api/series?' + seriesQuery([`${alarm.deviceId}/${quantity}`], from, to, host.clientWidth)), model.time());
    answer.limits = answer.limits.filter((limit) => limit.rule === alarm.rule);
    answer.alarms = [{ from: begin, to: alarm.to ?? null, severity: alarm.severity }];
    plot.show(answer, from, to);
    const query = new URLSearchParams({ s: `${alarm.deviceId}/${quantity}`, from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    host.setAttribute('role', 'figure');
    host.setAttribute('aria-label', `${quantity} of ${clip(device?.name ?? alarm.deviceId, 80)} around the alarm`);
    host.append(h('p', { class: 'small-print' }, `${moment(from)} to ${moment(to)}. `, h('a', { href: '#graphs?' + query }, 'Open as a graph, with its table')));
  } catch (e) {
    host.replaceChildren(h('p', { class: 'small-print' }, e.message));
  }
}

const EXAMPLE = `alarms:
  - alarm: freezer-too-warm
    devices: {type: temperature, label: {zone: freezer}}
    value: temperature
    raise: {above: -15, for: 30m}
    clear: {below: -18, for: 15m}
    severity: critical
`;

/** What rules would have raised on the last days. */
class Attempt {
  #plot = null;

  constructor(page) {
    this.page = page;
    this.model = page.model;
  }

  close() {
    this.#plot?.destroy();
    this.#plot = null;
  }

  form() {
    this.text = h('textarea', { id: 'rules', class: 'code', rows: 12, spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', 'aria-describedby': 'rules-problem' });
    this.text.value = sessionStorage.getItem('dt-rules') ?? EXAMPLE;
    this.days = h('select', { id: 'days' }, [1, 3, 7, 14, 30].map((days) => h('option', { value: days, selected: days === 7 }, plural(days, 'day'))));
    this.problem = h('p', { class: 'problem', role: 'alert', id: 'rules-problem' });
    this.result = h('div', { class: 'result', 'aria-live': 'polite' });
    this.run = h('button', { type: 'button', class: 'main', onclick: () => this.ask(this.text.value) }, 'Try these rules');
    this.inForce = h('button', { type: 'button', onclick: () => this.ask(null) }, 'Try the rules in force');
    return h('div', { class: 'try' },
      h('p', { class: 'muted' }, 'Which alarms would rules have raised on the events in the journal? Nothing changes, and nobody is notified.'),
      h('div', { class: 'field' }, h('label', { for: 'rules' }, 'Rules, as in routes/alarms.yaml'), this.text),
      this.problem,
      h('div', { class: 'buttons left' }, h('label', { for: 'days' }, 'On the last '), this.days, this.run, this.inForce),
      this.result);
  }

  async ask(rules) {
    this.close();
    if (rules !== null) sessionStorage.setItem('dt-rules', rules);
    this.problem.textContent = '';
    this.result.replaceChildren(h('p', { class: 'waiting' }, 'Reading the journal …'));
    this.run.disabled = this.inForce.disabled = true;
    try {
      this.show(await post('/api/alarms/try', { rules, days: Number(this.days.value) }));
    } catch (e) {
      this.result.replaceChildren();
      const { line, column } = e.body ?? {};
      this.problem.textContent = (line ? `Line ${line}${column ? ', column ' + column : ''}: ` : '') + clip(e.message, 600);
      if (line) this.mark(line);
      if (e.status === 401 || e.status === 403) askToken(this.page.dialog, () => this.ask(rules));
    } finally {
      this.run.disabled = this.inForce.disabled = false;
    }
  }

  /** Shows the line that is complained of. */
  mark(line) {
    const lines = this.text.value.split('\n');
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    this.text.focus();
    this.text.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  }

  show(report) {
    const marks = (report.marks ?? []).map((mark) => ({ ...mark, from: toMs(mark.from), to: toMs(mark.to) }));
    const rules = report.rules ?? [];
    this.host = h('div', { class: 'small-plot' });
    const devices = [...new Map(marks.map((mark) => [mark.device, mark])).values()];
    const choose = h('select', { 'aria-label': 'Device', onchange: () => this.draw(choose.value, report, marks) },
      devices.map((mark) => h('option', { value: mark.device }, clip(mark.name || this.model.devices.get(mark.device)?.name || mark.device, 80))));
    const rows = rules.map((rule) => h('tr', {}, h('th', { scope: 'row' }, name(rule.rule, 'rule')),
      h('td', { class: 'num' }, count(rule.alarms ?? marks.filter((mark) => mark.rule === rule.rule).length)),
      h('td', { class: 'num' }, count(rule.devices)),
      h('td', { class: 'num' }, number(rule.notificationsPerDay, 1)),
      h('td', { class: 'num' }, count(rule.flapping)),
      h('td', { class: 'num' }, rule.longestSeconds ? span(rule.longestSeconds * 1000) : '–')));
    this.result.replaceChildren(
      h('h2', {}, marks.length === 0 ? 'No alarm' : plural(marks.length, 'alarm')),
      h('p', { class: 'muted' }, `on ${plural(report.records ?? 0, 'record')} from ${moment(report.begin)} to ${moment(report.end)}`),
      h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'What each rule raised' }, h('table', {},
        h('thead', {}, h('tr', {}, ['Rule', 'Alarms', 'Devices', 'Notifications a day', 'Flapping', 'Longest'].map((head, i) => h('th', { scope: 'col', class: i ? 'num' : null }, head)))),
        h('tbody', {}, rows))));
    if (marks.length === 0) return;
    this.result.append(h('div', { class: 'filters' }, choose), this.host,
      h('ul', { class: 'rows' }, marks.slice(0, 100).map((mark) => h('li', { class: 'row' }, icon(LEVEL[mark.severity] ?? 'warning', 'icon ' + (LEVEL[mark.severity] ?? 'warning')),
        h('span', { class: 'grow' }, name(mark.name || this.model.devices.get(mark.device)?.name || mark.device), h('span', { class: 'line muted' }, clip(mark.reason || mark.rule, 200))),
        h('span', { class: 'muted nowrap' }, `${moment(mark.from)}, ${mark.to ? span(mark.to - mark.from) : 'still on'}`)))));
    this.draw(devices[0].device, report, marks);
  }

  async draw(id, report, marks) {
    const mine = marks.filter((mark) => mark.device === id);
    const device = this.model.devices.get(id);
    const quantity = mine.find((mark) => mark.quantity)?.quantity ?? (device ? mainQuantities(device)[0] : null);
    this.close();
    this.host.replaceChildren();
    if (!quantity) return;
    this.#plot = new Plot(this.host, { isSmall: true, height: 200 });
    const [from, to] = [toMs(report.begin) ?? this.model.time() - 7 * DAY, toMs(report.end) ?? this.model.time()];
    try {
      const answer = prepared(await get('/api/series?' + seriesQuery([`${id}/${quantity}`], from, to, this.host.clientWidth)), this.model.time());
      answer.alarms = mine;
      this.#plot?.show(answer, from, to);
      this.host.setAttribute('role', 'figure');
      this.host.setAttribute('aria-label', `${quantity} of ${clip(device?.name ?? id, 80)}, with ${plural(mine.length, 'alarm')} marked`);
    } catch (e) {
      this.host.replaceChildren(h('p', { class: 'small-print' }, e.message));
    }
  }
}
