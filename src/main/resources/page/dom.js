// Elements by hand: whatever comes from outside becomes text nodes and attributes, never markup.

import { age, clip, moment, span } from './format.js';

/** Makes an element; children are elements or text, and null is left out. */
export function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** A name that somebody typed: isolated, so that its marks of direction turn nothing else round. */
export function name(text, className = 'name') {
  const short = clip(text);
  return h('bdi', { class: className, title: short === text ? null : clip(text, 600) }, short || 'without a name');
}

const ICONS = {
  ok: 'M4 12.5l5 5L20 6.5',
  warning: 'M12 3.5L2.5 20h19zM12 10v4.5M12 17.3v.2',
  critical: 'M12 7v6.5M12 16.8v.2M8 2.8h8L21.2 8v8L16 21.2H8L2.8 16V8z',
  info: 'M12 11v6M12 7.2v.2M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4z',
  clock: 'M12 7v5.2l3.4 2M12 2.8a9.2 9.2 0 1 0 0 18.4 9.2 9.2 0 0 0 0-18.4z',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.4 15.4L20.5 20.5',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  left: 'M14.5 6l-6 6 6 6',
  right: 'M9.5 6l6 6-6 6',
  down: 'M12 4v12M6.5 11l5.5 5.5 5.5-5.5M5 20h14',
};

/** A drawn icon; what it means stands beside it as text. */
export function icon(which, className = 'icon') {
  return svg('svg', { class: className, viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: ICONS[which] }));
}

let time = Date.now;

/** Ages are told by the router's clock once it is known. */
export function setClock(clock) {
  time = clock;
}

/** A moment as its age, which goes on by itself; "bare" leaves out the word "ago". */
export function ago(ms, className = 'ago') {
  if (ms === null || ms === undefined) return h('span', { class: className }, '–');
  return h('time', { class: className, 'data-ago': ms, title: moment(ms, true) }, agoText(ms, className));
}

function agoText(ms, className) {
  return className.includes('bare') ? span(time() - ms) : age(ms, time());
}

/** Lets all ages below an element go on: what is old must look old, above all while nothing comes. */
export function tickAges(root) {
  for (const element of root.querySelectorAll('[data-ago]')) {
    const text = agoText(Number(element.dataset.ago), element.className);
    if (element.textContent !== text) element.textContent = text;
  }
}

/**
 * Makes one element like another and keeps what is the same: focus, selection and open details survive an update. What has the
 * same data-keep stays untouched; children with a data-key are recognised by it.
 */
export function morph(node, next) {
  if (node.dataset?.keep && node.dataset.keep === next.dataset?.keep) return;
  for (const { name } of [...node.attributes]) {
    if (!next.hasAttribute(name) && name !== 'open') node.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (node.getAttribute(name) !== value && name !== 'open') node.setAttribute(name, value);
  }
  morphChildren(node, next);
}

function morphChildren(node, next) {
  const keyed = new Map();
  for (const child of node.children) {
    if (child.dataset.key) keyed.set(child.dataset.key, child);
  }
  let at = node.firstChild;
  for (const wanted of [...next.childNodes]) {
    const key = wanted.dataset?.key;
    const match = key ? keyed.get(key) : at && !at.dataset?.key ? at : null;
    if (match && match.nodeName === wanted.nodeName) {
      if (match === at) at = at.nextSibling;
      else node.insertBefore(match, at);
      if (wanted.nodeType !== Node.ELEMENT_NODE) {
        if (match.data !== wanted.data) match.data = wanted.data;
      } else {
        morph(match, wanted);
      }
    } else {
      node.insertBefore(wanted, at);
    }
  }
  while (at) {
    const after = at.nextSibling;
    at.remove();
    at = after;
  }
}

/** Replaces what a view shows, by morph once it is there. */
export function render(root, ...children) {
  const next = root.cloneNode(false);
  next.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  morphChildren(root, next);
}

/** Lets the browser draw and take input before a long piece of work goes on. */
export function breathe() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
