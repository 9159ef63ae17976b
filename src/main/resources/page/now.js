// Now: whether all is well, and if not, what is wrong and since when.

import { ago, h, icon, name, render } from './dom.js';
import { between, bytes, clip, count, moment, plural, rate, span, toMs, written, zone } from './format.js';
import { isSilent, rank } from './api.js';

const SEVERITIES = ['critical', 'warning', 'info'];
const LEVELS = { UP: 'ok', DEGRADED: 'warning', DOWN: 'critical' };

export function open(root, page) {
  const draw = () => render(root, ...sections(page.model));
  draw();
  return {
    update(what) {
      if (what === 'status' || what === 'devices' || what === 'alarms' || what === 'connection') draw();
    },
  };
}

function sections(model) {
  const now = model.now;
  if (!now) return [h('p', { class: 'waiting' }, 'Asking the router …')];
  return [
    verdict(now, model),
    tiles(now, model),
    gaps(now),
    troubles(now),
    streams(now),
    group(now),
    routes(now),
    stores(now),
    h('p', { class: 'small-print' },
      `${now.version ? `Version ${clip(now.version, 40)}, r` : 'R'}unning since ${moment(now.startedAt)}. Times in ${zone()}.`),
  ];
}

function verdict(now, model) {
  const level = LEVELS[now.verdict?.status] ?? 'warning';
  const since = toMs(now.verdict?.since);
  return h('section', { class: 'verdict ' + level, 'aria-label': 'Verdict', 'data-key': 'verdict' },
    icon(level === 'ok' ? 'ok' : level, 'icon big'),
    h('div', {},
      h('p', { class: 'sentence' }, now.verdict?.sentence ?? 'The router does not report its state.'),
      since && h('p', { class: 'since' }, `since ${moment(since)}, for `, ago(since, 'ago bare'))),
    model.alarms.length > 0 && alarmLine(model));
}

function alarmLine(model) {
  const raised = model.alarms.filter((alarm) => alarm.state === 'unacknowledged' && !alarm.shelvedUntil);
  if (raised.length === 0) return null;
  raised.sort((one, other) => rank(other.severity) - rank(one.severity));
  const first = raised[0];
  const worst = SEVERITIES.includes(first.severity) ? first.severity : 'warning';
  return h('a', { class: 'alarm-line ' + worst, href: '#alarms' },
    icon(worst),
    h('span', {}, h('strong', {}, plural(raised.length, 'alarm') + ' to acknowledge'), ': ',
      name(first.deviceName || first.deviceId), ' ', written(first.value),
      raised.length > 1 ? `, and ${raised.length - 1} more` : ''));
}

function tile(key, label, big, unit, small, level, href) {
  return h(href ? 'a' : 'div', { class: 'tile ' + (level ?? ''), 'data-key': key, href },
    h('span', { class: 'label' }, label),
    h('span', { class: 'big' }, big, unit && h('small', {}, ' ' + unit)),
    h('span', { class: 'small-print' }, small));
}

function tiles(now, model) {
  const streams = now.streams ?? [];
  const perSecond = streams.reduce((sum, stream) => sum + (stream.perSecond ?? 0), 0);
  const failing = (now.routes ?? []).filter((route) => isFailing(route));
  const lag = Math.max(0, ...(now.routes ?? []).map((route) => route.lag ?? 0));
  const lagSeconds = Math.max(0, ...(now.routes ?? []).map((route) => route.lagSeconds ?? 0));
  const silent = [...model.devices.values()].filter((device) => device.seen && isSilent(device, model.time())).length;
  return h('div', { class: 'tiles', 'data-key': 'tiles' },
    streamTile(now),
    tile('rate', 'Events', rate(perSecond), 'a second', `${plural(model.devices.size, 'device')}`, null, '#sensors'),
    gapTile(now),
    alarmTile(now.alarms ?? {}, model.unwatched()),
    tile('routes', 'Routes', failing.length ? count(failing.length) : count((now.routes ?? []).length), failing.length ? 'failing' : 'running',
      lag === 0 ? 'nothing waits' : `${plural(lag, 'event')} wait, ${span(lagSeconds * 1000)}`, failing.length ? 'critical' : null, '#routes'),
    silent > 0 && tile('silent', 'Silent', count(silent), null, 'longer than usual', 'warning', '#sensors?state=silent'));
}

function streamTile(now) {
  const streams = now.streams ?? [];
  const holders = now.group?.holders ?? [];
  // what this router holds and cannot open is received by nobody
  const closed = holders.filter((holder) => holder.node === now.group.node && !streams.some((stream) => stream.stream === holder.stream)).length;
  const held = closed > 0 && plural(closed, 'stream') + ' of this router not open';
  if (streams.length === 0) {
    const orphans = holders.filter((holder) => !holder.node).length;
    if (closed > 0) return tile('stream', 'Stream', 'not open', null, held, 'warning');
    if (orphans > 0) return tile('stream', 'Stream', 'nobody holds it', null, plural(orphans, 'stream') + ' without a holder', 'warning');
    if (holders.length > 0) return tile('stream', 'Stream', 'waiting', null, 'other routers of the group receive');
    return tile('stream', 'Stream', 'none', null, 'nothing is received', 'warning');
  }
  const lastByte = Math.min(...streams.map((stream) => lastByteOf(stream, now) ?? Infinity));
  const well = streams.filter((stream) => isWell(stream)).length;
  const all = streams.length + closed;
  return tile('stream', 'Stream', well === all ? 'receiving' : all > 1 ? `${well} of ${all}` : silence(streams[0]), null,
    [Number.isFinite(lastByte) ? ['last heard ', ago(lastByte)] : 'nothing yet', held && ', ' + held], well === all ? 'ok' : well < streams.length ? 'critical' : 'warning');
}

/** What can no longer be filled is never said to be filled, nor forgotten while the ledger knows of it. */
function gapTile(now) {
  const list = now.gaps ?? [];
  const lost = list.filter((gap) => gap.state === 'unfillable').length;
  const open = list.filter((gap) => gap.state !== 'closed' && gap.state !== 'unfillable').length;
  // the list has those of the last day
  const earlier = Math.max(0, (now.unfillableGaps ?? 0) - lost);
  const byPush = (now.streams ?? []).some((stream) => stream.state === 'push');
  const parts = [
    open > 0 && (lost > 0 ? `${count(open)} more being filled from history` : 'being filled from history'),
    earlier > 0 && `${count(earlier)} lost for good earlier`,
    open + lost === 0 && byPush && 'pushes do not show them',
  ].filter(Boolean);
  if (lost > 0) return tile('gaps', 'Gaps', count(lost), 'lost for good', parts.join(', ') || 'can no longer be filled', 'critical');
  if (open > 0) return tile('gaps', 'Gaps', count(open), 'open', parts.join(', '), 'warning');
  return tile('gaps', 'Gaps', byPush ? 'unknown' : earlier > 0 ? 'none open' : 'none', null, parts.join(', ') || 'nothing is missing', parts.length > 0 ? null : 'ok');
}

/** @param lack why it means nothing that there is no alarm; null if all is watched */
function alarmTile(alarms, lack) {
  const total = alarms.raised ?? 0;
  const worst = total > 0 ? alarms.worst : null;
  const words = [alarmWords(alarms), lack?.note].filter(Boolean).join(', ');
  return tile('alarms', 'Alarms', total === 0 && lack ? lack.word : count(total), null, words || 'nothing is out of bounds',
    rank(lack?.level) > rank(worst) ? lack.level : worst, '#alarms');
}

function alarmWords(alarms) {
  return [['unacknowledged', 'to acknowledge'], ['acknowledged', 'acknowledged'], ['shelved', 'shelved'], ['pending', 'pending']]
    .filter(([field]) => alarms[field])
    .map(([field, words]) => `${alarms[field]} ${words}`)
    .join(', ');
}

export function statePill(route) {
  if (isFailing(route)) return pill('critical', 'failing');
  const text = String(route.state ?? '–').toLowerCase();
  return pill(/start|run/.test(text) ? 'ok' : text === 'left out' ? '' : 'warning', text);
}

/** When a stream last sent something: an age of a status becomes a time, so that it goes on while no status comes. */
function lastByteOf(stream, now) {
  const seconds = stream.lastByteSeconds;
  return seconds === undefined || seconds === null ? null : toMs(now.now) - seconds * 1000;
}

function silence(stream) {
  return stream.state === 'live' ? 'silent' : clip(stream.state, 20);
}

export function isWell(stream) {
  return stream.state === 'push' || stream.state === 'live' && !(stream.lastByteSeconds > stream.silentAfterSeconds);
}

export function isFailing(route) {
  return Boolean(route.lastError) && route.lag > 0;
}

const GAP_WORDS = {
  open: 'open: it is filled as soon as the history has the events',
  filling: 'being filled from history',
  closed: 'filled',
  unfillable: 'can no longer be filled',
};

function gaps(now) {
  const list = now.gaps ?? [];
  if (list.length === 0) return null;
  return h('section', { 'data-key': 'gaps' }, h('h2', {}, 'Gaps'),
    h('ul', { class: 'rows' }, list.map((gap) => {
      const from = toMs(gap.from);
      const to = toMs(gap.to);
      const share = gap.state === 'closed' ? 1 : gap.progress;
      return h('li', { class: 'row gap ' + gap.state, 'data-key': `${gap.stream} ${gap.from}` },
        h('span', { class: 'hatch', 'aria-hidden': 'true' }),
        h('span', { class: 'grow' },
          h('strong', {}, between(from, to, true)),
          h('span', { class: 'muted' }, ' ', to ? span(to - from) : ago(from, 'ago bare'), ', ', GAP_WORDS[gap.state] ?? clip(gap.state, 30),
            gap.filled ? `, ${plural(gap.filled, 'event')} found` : ''),
          gap.reason && h('span', { class: 'line muted' }, clip(gap.reason, 300))),
        share !== null && share !== undefined && meter(share, 'filled', gap.state === 'closed' ? 'ok' : ''));
    })));
}

/** A bar with its share as text. */
function meter(share, label, level = '') {
  const percent = Math.max(0, Math.min(100, Math.round(share * 100)));
  return h('span', { class: 'meter ' + level },
    h('progress', { max: 100, value: percent, 'aria-label': `${label}: ${percent} %` }),
    h('span', { class: 'num' }, `${percent} %`));
}

function troubles(now) {
  const list = (now.checks ?? []).filter((check) => check.status !== 'UP');
  if (list.length === 0) return null;
  return h('section', { 'data-key': 'checks' }, h('h2', {}, 'Problems'),
    h('ul', { class: 'rows' }, list.map((check) => {
      const level = LEVELS[check.status] ?? 'warning';
      return h('li', { class: 'row', 'data-key': check.part },
        icon(level, 'icon ' + level), h('span', { class: 'grow' }, h('strong', {}, clip(check.part, 80)), h('span', { class: 'line' }, clip(check.message, 800))));
    })));
}

function table(key, title, heads, rows) {
  if (rows.length === 0) return null;
  return h('section', { 'data-key': key }, h('h2', {}, title),
    h('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': title },
      h('table', {}, h('thead', {}, h('tr', {}, heads.map((head) => h('th', { scope: 'col', class: head.startsWith('#') ? 'num' : null }, head.replace('#', ''))))),
        h('tbody', {}, rows))));
}

function streams(now) {
  return table('streams', 'Streams',
    ['Stream', 'State', '#Last heard', '#Events', '#A second', '#Renewals', 'Reconnects', '#Lost'],
    (now.streams ?? []).map((stream) => h('tr', { 'data-key': stream.stream },
      h('th', { scope: 'row' }, name(stream.project ?? stream.stream), stream.project && stream.stream !== stream.project && h('span', { class: 'line muted' }, clip(stream.stream, 60)),
        stream.account && h('span', { class: 'line muted' }, 'account ', clip(stream.account, 40))),
      h('td', {}, pill(isWell(stream) ? 'ok' : 'critical', stream.state), ' ', h('span', { class: 'muted nowrap' }, 'for ', ago(toMs(stream.since), 'ago bare'))),
      h('td', { class: 'num' }, ago(lastByteOf(stream, now), 'ago bare')),
      h('td', { class: 'num' }, count(stream.events)),
      h('td', { class: 'num' }, rate(stream.perSecond)),
      h('td', { class: 'num' }, count(stream.renewals ?? 0)),
      h('td', {}, reasons(stream.reconnects)),
      h('td', { class: 'num' + (stream.lost ? ' critical-text' : '') }, count(stream.lost ?? 0)))));
}

/** Which router of the group holds each stream. */
function group(now) {
  return table('group', 'Group', ['Stream', 'Held by', 'Since', 'Why'],
    (now.group?.holders ?? []).map((holder) => h('tr', { 'data-key': holder.stream },
      h('th', { scope: 'row' }, name(holder.stream)),
      h('td', {}, !holder.node ? pill('warning', 'nobody')
        : [name(holder.node), holder.node === now.group.node && h('span', { class: 'muted' }, ' (this router)')]),
      h('td', { class: 'nowrap' }, holder.since ? moment(holder.since) : '–'),
      h('td', { class: 'wide' }, holder.why ? clip(holder.why, 240) : '–'))));
}

function reasons(counts) {
  const entries = Object.entries(counts ?? {}).filter(([, n]) => n > 0);
  if (entries.length === 0) return h('span', { class: 'muted' }, 'none');
  return entries.map(([reason, n], i) => [i ? ', ' : '', h('span', { class: 'nowrap' }, `${count(n)} × ${clip(reason, 60).replaceAll('_', ' ')}`)]).flat();
}

export function pill(level, text) {
  return h('span', { class: 'pill ' + level }, clip(text, 40));
}

function routes(now) {
  return table('routes', 'Routes',
    ['Route', 'State', '#Waiting', '#Behind', '#A second', '#Delivered', '#Refused', 'Last error'],
    (now.routes ?? []).map((route) => h('tr', { 'data-key': route.route },
      h('th', { scope: 'row' }, h('a', { href: '#routes?route=' + encodeURIComponent(route.route) }, name(route.route))),
      h('td', {}, statePill(route)),
      h('td', { class: 'num' }, count(route.lag ?? 0)),
      h('td', { class: 'num' }, route.lagSeconds ? span(route.lagSeconds * 1000) : '–'),
      h('td', { class: 'num' }, rate(route.perSecond)),
      h('td', { class: 'num' }, count(route.delivered)),
      h('td', { class: 'num' + (route.refused ? ' warning-text' : '') }, count(route.refused ?? 0)),
      h('td', { class: 'wide' }, route.lastError
        ? [h('span', {}, clip(route.lastError, 240)), route.advice && h('span', { class: 'line advice' }, clip(route.advice, 240))]
        : h('span', { class: 'muted' }, 'none')))));
}

function stores(now) {
  const items = [];
  for (const journal of now.journal ?? []) {
    const size = journal.bytes == null ? `${count(journal.events)} events` : bytes(journal.bytes);
    items.push(store('Journal ' + clip(journal.stream, 40), journal.bytes, journal.maxBytes,
      journal.maxBytes ? `${size} of ${bytes(journal.maxBytes)}` : size,
      journal.oldest ? `from ${moment(journal.oldest)} on` : 'nothing yet', 0.97));
  }
  for (const disk of now.disk ?? []) {
    items.push(store('Disk ' + clip(disk.path, 60), disk.totalBytes - disk.freeBytes, disk.totalBytes,
      `${bytes(disk.freeBytes)} free of ${bytes(disk.totalBytes)}`, '', 0.9));
  }
  if (now.heap) {
    items.push(store('Memory', now.heap.used, now.heap.max, `${bytes(now.heap.used)} of ${bytes(now.heap.max)}`,
      now.heap.budget ? `events may take ${bytes(now.heap.budget)}` : '', 0.95));
  }
  const rejected = Object.entries(now.rejected ?? {}).filter(([, n]) => n > 0);
  return h('section', { 'data-key': 'stores' }, h('h2', {}, 'Journal, disk and memory'),
    h('ul', { class: 'rows' }, items,
      h('li', { class: 'row', 'data-key': 'rejected' },
        h('span', { class: 'grow' }, h('strong', {}, 'Rejected records'), h('span', { class: 'line muted' },
          rejected.length === 0 ? 'none: every record was accepted' : rejected.map(([reason, n]) => `${count(n)} × ${clip(reason, 80).replaceAll('_', ' ')}`).join(', '))),
        h('span', { class: 'num' }, count(rejected.reduce((sum, [, n]) => sum + n, 0))))));
}

function store(label, used, all, text, note, full) {
  const share = all > 0 ? used / all : 0;
  return h('li', { class: 'row', 'data-key': label },
    h('span', { class: 'grow' }, h('strong', {}, label), h('span', { class: 'line muted' }, text, note && ', ' + note)),
    all ? meter(share, label, share > full ? 'warning' : '') : null);
}
