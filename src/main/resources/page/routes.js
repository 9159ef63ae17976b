// Routes: each as the way that events take, with what went through it; and what is wrong with an edit that was refused.

import { Newest } from './api.js';
import { h, icon, name, render } from './dom.js';
import { clip, count, moment, rate, span, toMs } from './format.js';
import { isFailing, statePill } from './now.js';

const WORDS = {
  from: 'from', to: 'to', toD: 'to', wireTap: 'copy to', filter: 'only if', split: 'each of', choice: 'choose', when: 'when', otherwise: 'otherwise',
  setBody: 'make', setHeader: 'set', setVariable: 'set', log: 'log', process: 'do', marshal: 'write as', unmarshal: 'read as', aggregate: 'collect',
  multicast: 'to all of', stop: 'leave out', doTry: 'try', doCatch: 'if it fails', transform: 'make', onException: 'if it fails',
};

/** What is counted at a step, since the route was started. In a split a message is an event, outside of one it is a batch. */
const COUNTED = { from: 'events delivered or left out', filter: 'messages let in', when: 'messages that went this way', otherwise: 'messages that went this way', to: 'messages given to it', toD: 'messages given to it', wireTap: 'messages given to it' };

export function open(root, page, query) {
  let list = null;
  let wanted = query.get('route');
  let timer = 0;
  const source = new Newest();
  const note = h('p', { class: 'waiting', role: 'status' }, 'Asking the router …');
  const body = h('div', { class: 'cards' });
  root.append(note, body);
  const ask = async () => {
    clearTimeout(timer);
    try {
      const answer = await source.get('/api/routes');
      if (answer === null) return;
      list = answer;
      note.textContent = list.length === 0 ? 'There is no route.' : '';
      render(body, list.map((route) => card(route, page.model)));
      if (wanted) body.querySelector(`[data-key="${CSS.escape(wanted)}"]`)?.scrollIntoView({ block: 'start' });
      wanted = null;
    } catch (e) {
      if (!list) note.textContent = e.message ?? '';
    }
    timer = setTimeout(() => !document.hidden && ask(), 5000);
  };
  ask();
  return {
    go(next) {
      wanted = next.get('route');
      ask();
    },
    update(what) {
      if (what === 'connection' && document.body.dataset.connection === 'open') ask();
    },
    close() {
      clearTimeout(timer);
      source.close();
    },
  };
}

/** What the list of routes says, with the newer numbers that come with the state of the router. */
function card(route, model) {
  const newer = { ...route, ...(model.now?.routes ?? []).find((one) => one.route === route.route && route.route) };
  const failing = isFailing(newer);
  const lagMs = newer.lagSeconds ? newer.lagSeconds * 1000 : null;
  return h('article', { class: 'card route' + (route.refused ? ' warning' : failing ? ' critical' : ''), 'data-key': route.route ?? route.file },
    h('div', { class: 'head' },
      h('h2', { class: 'grow' }, name(route.route ?? route.file), h('span', { class: 'line muted' }, route.route ? name(route.file ?? '', 'file') : 'not running')),
      newer.state && statePill(newer)),
    refused(route.refused),
    newer.lastError && h('div', { class: 'note critical' }, icon('critical', 'icon critical'), h('div', {}, h('p', { class: 'line' }, clip(newer.lastError, 500)),
      newer.advice && h('p', { class: 'line advice' }, clip(newer.advice, 400)))),
    h('dl', { class: 'figures' },
      figure('waiting', count(newer.lag ?? 0)), figure('behind', lagMs ? span(lagMs) : '–'), figure('a second', rate(newer.perSecond)),
      figure('delivered', count(newer.delivered)), figure('refused', count(newer.refusedCount ?? (typeof newer.refused === 'number' ? newer.refused : 0))), figure('failures', count(newer.failures ?? 0))),
    route.flow?.length > 0 && h('div', { class: 'flow', role: 'group', 'aria-label': `The way of events through ${clip(route.route, 80)}` }, steps(route.flow)),
    route.yaml && h('details', {}, h('summary', {}, 'YAML'), h('pre', { class: 'code', tabindex: 0 }, String(route.yaml))));
}

function figure(label, text) {
  return h('div', {}, h('dt', {}, label), h('dd', {}, text));
}

function steps(list) {
  return h('ol', {}, list.filter(Boolean).map((step) => h('li', { class: 'step ' + (WORDS[step.step] ? step.step : 'other') },
    h('div', { class: 'box' },
      h('span', { class: 'kind' }, WORDS[step.step] ?? clip(step.step, 30)),
      step.what && h('span', { class: 'what' }, h('bdi', {}, clip(step.what, 200))),
      step.count !== null && step.count !== undefined && h('span', { class: 'num count', title: COUNTED[step.step] ?? 'messages' }, count(step.count))),
    step.children?.length > 0 && steps(step.children))));
}

function refused(problem) {
  if (!problem || typeof problem !== 'object') return null;
  return h('div', { class: 'note warning' }, icon('warning', 'icon warning'), h('div', { class: 'grow' },
    h('p', { class: 'line' }, h('strong', {}, 'An edit was refused'), toMs(problem.at) ? ` at ${moment(problem.at)}` : '', ': what ran before runs on.'),
    h('p', { class: 'line' }, clip(problem.message, 1000)),
    problem.diff && h('details', { open: true }, h('summary', {}, 'Differences from the running route'), diff(problem.diff))));
}

function diff(text) {
  return h('pre', { class: 'code diff', tabindex: 0 }, String(text).split('\n').slice(0, 400).map((line) =>
    h('span', { class: line.startsWith('@@') || line.startsWith('---') || line.startsWith('+++') ? 'at' : line.startsWith('+') ? 'added' : line.startsWith('-') ? 'gone' : '' }, line + '\n')));
}
