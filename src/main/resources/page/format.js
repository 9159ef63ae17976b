// How numbers, states, times and ages are written. All times are milliseconds since 1970, shown in the viewer's own zone.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Milliseconds of a time that is written as ISO 8601 or as a number; null where there is none. */
export function toMs(time) {
  if (time === null || time === undefined || time === '') return null;
  const ms = typeof time === 'number' ? time : Date.parse(time);
  return Number.isFinite(ms) ? ms : null;
}

const two = (n) => String(n).padStart(2, '0');

export function clock(ms, seconds = true) {
  const d = new Date(ms);
  return `${two(d.getHours())}:${two(d.getMinutes())}${seconds ? ':' + two(d.getSeconds()) : ''}`;
}

export function date(ms) {
  const d = new Date(ms);
  const year = d.getFullYear();
  return `${d.getDate()} ${MONTHS[d.getMonth()]}${year === new Date().getFullYear() ? '' : ' ' + year}`;
}

/** The time alone if it is of today, with the date otherwise. */
export function moment(time, seconds = false) {
  const ms = toMs(time);
  if (ms === null) return '–';
  const isToday = new Date(ms).toDateString() === new Date().toDateString();
  return isToday ? clock(ms, seconds) : `${date(ms)} ${clock(ms, seconds)}`;
}

/** A time of a table, always in full. */
export function stamp(ms) {
  const d = new Date(ms);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clock(ms)}`;
}

/** How long, with two units at most: 12 s, 3 min, 2 h 5 min, 3 d 4 h. */
export function span(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return '–';
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return pair(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min');
  return pair(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h');
}

function pair(first, unit, second, smaller) {
  return second === 0 ? `${first} ${unit}` : `${first} ${unit} ${second} ${smaller}`;
}

export function age(ms, now) {
  const gone = now - ms;
  return gone < 1500 ? 'now' : `${span(gone)} ago`;
}

const DECIMALS = { temperature: 1, humidity: 0, co2: 0, pressure: 0, battery: 0, signal: 0, 'cellular signal': 0 };

/** A number as people write it: a real minus, a thin space between thousands. */
export function number(value, decimals) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const text = decimals === undefined ? String(+value.toFixed(3)) : Math.abs(value).toFixed(decimals);
  const [whole, part] = text.replace('-', '').split('.');
  const isZero = Number(text) === 0;
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, ' ') : whole;
  return (value < 0 && !isZero ? '−' : '') + grouped + (part ? '.' + part : '');
}

export function count(value) {
  return number(value, 0);
}

/** NOT_PRESENT as "Not present". */
export function state(text) {
  const words = String(text).replaceAll('_', ' ').toLowerCase().replace(' detected', '');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const WATER = { PRESENT: 'Water', NOT_PRESENT: 'Dry' };

/** What the router wrote as a value: with a real minus, and states as words. */
export function written(text) {
  const s = clip(text, 80);
  return /^[A-Z_]+$/.test(s) ? state(s) : s.replace(/^-(?=\d)/, '−');
}

/** A span of two times, with the date where it is needed. */
export function between(from, to, seconds = false) {
  const end = to === null ? 'now' : new Date(from).toDateString() === new Date(to).toDateString() ? clock(to, seconds) : moment(to, seconds);
  return `${moment(from, seconds)} to ${end}`;
}

/** A value of a quantity, without its unit. */
export function value(quantity, v) {
  if (v === null || v === undefined) return '–';
  if (typeof v === 'number') return number(v, DECIMALS[quantity]);
  if (quantity === 'ethernet' || quantity === 'cellular') return state(`${quantity} ${v}`);
  return (quantity === 'water' && WATER[v]) || state(v);
}

/** The same with its unit. */
export function valueWithUnit(quantity, v, unit) {
  return value(quantity, v) + (unit && typeof v === 'number' ? ' ' + unit : '');
}

/** Events a second: 0, 0.3, 12. */
export function rate(perSecond) {
  if (perSecond === null || perSecond === undefined) return '–';
  if (perSecond > 0 && perSecond < 0.05) return '< 0.1';
  return number(perSecond, perSecond > 0 && perSecond < 10 ? 1 : 0);
}

export function bytes(n) {
  if (n === null || n === undefined || !Number.isFinite(n)) return '–';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${number(n, unit > 0 && n < 10 ? 1 : 0)} ${units[unit]}`;
}

/** The viewer's zone as people know it: "Europe/Oslo, UTC+1". */
export function zone(ms = Date.now()) {
  const minutes = -new Date(ms).getTimezoneOffset();
  const offset = 'UTC' + (minutes === 0 ? '' : (minutes < 0 ? '−' : '+') + Math.floor(Math.abs(minutes) / 60)
    + (minutes % 60 ? ':' + two(Math.abs(minutes) % 60) : ''));
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return !name || name === 'UTC' ? offset : `${name}, ${offset}`;
}

export function plural(n, one, many = one + 's') {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** What people typed may be of any length; a row shows the beginning. */
export function clip(text, longest = 120) {
  const s = String(text ?? '');
  return s.length > longest ? s.slice(0, longest) + '…' : s;
}

export { MINUTE, HOUR, DAY };
