// The frame of the page: which view is shown, the one connection, and what is said when it is cut.

import { Live, Model, Newest, get, rank, token } from './api.js';
import { breathe, h, icon, setClock, tickAges } from './dom.js';
import { clip, moment } from './format.js';
import * as now from './now.js';
import * as sensors from './sensors.js';
import * as graphs from './graphs.js';
import * as alarms from './alarms.js';
import * as routes from './routes.js';
import * as tail from './tail.js';

const VIEWS = { now, sensors, graphs, alarms, routes, tail };
const TITLES = { now: 'Now', sensors: 'Sensors', graphs: 'Graphs', alarms: 'Alarms', routes: 'Routes', tail: 'Tail' };

const model = new Model();
const deviceList = new Newest();
setClock(() => model.time());
const main = document.getElementById('view');
const banner = document.getElementById('cut');
let view = null;
let viewName = '';
let dirty = new Set();
let frame = 0;
let cut = null;

// --- views -----------------------------------------------------------------------------------------------------------

/** What a view is given: the model, and where the address is. */
const page = {
  model,
  dialog: document.getElementById('dialog'),
  /** Changes the view's part of the address; only a step that a person would go back to makes an entry of its own. */
  address(query, isStep) {
    const text = '#' + viewName + (query.toString() ? '?' + query.toString() : '');
    if (text === location.hash) return;
    history[isStep ? 'pushState' : 'replaceState'](null, '', text);
    sessionStorage.setItem('dt-' + viewName, text);
  },
};

function place() {
  const [name, query] = location.hash.replace(/^#/, '').split(/\?(.*)/s);
  return { name: VIEWS[name] ? name : 'now', query: new URLSearchParams(query ?? '') };
}

function show() {
  if (takeToken()) return;
  const { name, query } = place();
  if (view && name === viewName) {
    view.go?.(query);
    return;
  }
  const wasTail = viewName === 'tail';
  view?.close?.();
  page.dialog.close();
  viewName = name;
  main.replaceChildren();
  main.className = 'view-' + name;
  document.title = `${TITLES[name]} · ${clip(model.now?.name ?? 'dt-stream-router', 60)}`;
  for (const link of document.querySelectorAll('nav.views a')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  window.scrollTo(0, 0);
  const root = h('div', { class: 'content' });
  main.append(h('h1', { id: 'title', class: name === 'now' ? 'unseen' : null }, TITLES[name]), root);
  view = VIEWS[name].open(root, page, query);
  tick();
  if (live.isOpen && (name === 'tail') !== wasTail) live.open();
}

/** A token that comes with the address is kept for this tab, and leaves the address. */
function takeToken() {
  const given = /^#token=(.+)$/.exec(location.hash);
  if (!given) return false;
  token.set(decodeURIComponent(given[1]));
  history.replaceState(null, '', '#now');
  show();
  return true;
}

/** One view that fails must not take the page with it. */
function tell(what, detail) {
  try {
    view?.update?.(what, detail);
  } catch (e) {
    console.error(e);
  }
}

// --- the connection ----------------------------------------------------------------------------------------------------

/** Each connection begins with a snapshot: what was missed is in it, so nothing is replayed. */
async function path(signal) {
  const started = performance.now();
  deviceList.close();
  const [devices, status, list] = await Promise.all([
    get('/api/devices', signal),
    get('/api/now', signal),
    get('/alarms', signal).catch((e) => (e.name === 'AbortError' ? Promise.reject(e) : { failure: e.message })),
  ]);
  // thousands of devices are much for one go
  await breathe();
  signal.throwIfAborted();
  model.takeDevices(devices);
  model.takeNow(status);
  model.takeAlarms(list);
  dirty.clear();
  await breathe();
  signal.throwIfAborted();
  for (const what of ['devices', 'status', 'alarms']) tell(what);
  showRouter();
  tick();
  performance.measure('snapshot', { start: started });
  const query = new URLSearchParams();
  if (model.sequence !== null) query.set('after', model.sequence);
  if (viewName === 'tail') query.set('tail', 'true');
  return '/api/live?' + query;
}

function onFrame(name, data, id) {
  if (id) model.sequence = id;
  if (name === 'values') {
    for (const device of model.takeValues(data)) dirty.add(device);
    if (!frame) frame = requestAnimationFrame(flush);
  } else if (name === 'status') {
    model.takeNow(data);
    showRouter();
    tell('status');
  } else if (name === 'alarms') {
    model.takeAlarms(data);
    showAlarmCount();
    tell('alarms');
  } else if (name === 'devices') {
    deviceList.get('/api/devices').then((answer) => {
      if (answer === null) return;
      model.takeDevices(answer);
      model.markDevices();
      tell('devices');
    }, () => {});
  } else {
    tell(name, data);
  }
}

function flush() {
  frame = 0;
  const changed = dirty;
  dirty = new Set();
  tell('values', changed);
}

function onState(state, why, again) {
  // an attempt that follows a cut is still "cut" for the person who looks
  if (state !== 'connecting' || !cut) document.body.dataset.connection = state;
  if (state === 'open') cut = null;
  if (state === 'cut') cut = { why, again };
  showConnection();
  if (state !== 'connecting') tell('connection');
}

const live = new Live(path, onFrame, onState);

function showConnection() {
  const text = document.getElementById('link-text');
  const wanted = cut ? 'not connected' : document.body.dataset.connection === 'open' ? 'live' : 'connecting';
  if (text.textContent !== wanted) text.textContent = wanted;
  banner.hidden = !cut;
  if (!cut) {
    banner.replaceChildren();
    return;
  }
  if (!banner.firstChild) {
    banner.append(
      icon('warning'),
      h('span', {}, h('strong', {}), h('span', { class: 'why' })),
      h('button', { type: 'button', class: 'small', onclick: () => live.open() }, 'Try now'),
    );
  }
  const strong = banner.querySelector('strong');
  const what = 'Not connected' + (model.toldAt ? `, values of ${moment(model.toldAt)}.` : '.');
  if (strong.textContent !== what) strong.textContent = what;
  banner.querySelector('.why').textContent = cut.why ? ` ${clip(cut.why, 200)}` : '';
}

function showRouter() {
  const status = model.now;
  document.getElementById('router-name').textContent = clip(status?.name || 'dt-stream-router', 40);
  showAlarmCount();
}

function showAlarmCount() {
  const badge = document.getElementById('alarm-badge');
  const open = model.alarms.filter((alarm) => alarm.state === 'unacknowledged' && !alarm.shelvedUntil);
  badge.hidden = open.length === 0;
  badge.textContent = open.length > 99 ? '99+' : open.length;
  const worst = Math.max(...open.map((alarm) => rank(alarm.severity)));
  badge.className = 'badge ' + (['info', 'warning', 'critical'][worst] ?? 'warning');
  badge.setAttribute('aria-label', `${open.length} to acknowledge`);
}

// --- time ----------------------------------------------------------------------------------------------------------------

function tick() {
  tickAges(main);
  if (cut) showConnection();
}

setInterval(() => {
  if (document.hidden) return;
  tick();
  tell('tick');
}, 1000);

// --- a page that nobody sees asks for nothing ----------------------------------------------------------------------------

function onVisibility() {
  if (document.hidden) {
    live.close();
  } else if (!live.isOpen) {
    live.open();
  }
}

document.addEventListener('visibilitychange', onVisibility);
window.addEventListener('pagehide', () => live.close());
window.addEventListener('pageshow', (event) => event.persisted && onVisibility());
window.addEventListener('online', () => cut && live.open());
window.addEventListener('hashchange', show);
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
for (const link of document.querySelectorAll('nav.views a')) {
  link.addEventListener('click', (event) => {
    const kept = sessionStorage.getItem('dt-' + link.dataset.view);
    if (!kept || viewName === link.dataset.view || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    location.hash = kept;
  });
}

show();
onVisibility();
