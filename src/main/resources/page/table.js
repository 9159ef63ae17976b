// A table of any length in the page's own scroll: only the rows that can be seen exist.

import { h } from './dom.js';

const MORE = 8;

/** Rows of one height; a row's element is made once and filled again and again. */
export class VirtualTable {
  #items = [];
  #rows = new Map();
  #spare = [];
  #active = 0;
  #options;
  #frame = 0;
  #isDrawn = false;
  #rowHeight = 44;

  /**
   * @param options label, head (an element), make() → row element, fill(row, item), key(item), open(item), seen(items)
   */
  constructor(root, options) {
    this.#options = options;
    this.body = h('div', { class: 'vt-body', role: 'rowgroup' });
    this.grid = h('div', {
      class: 'vt', role: 'grid', tabindex: 0, 'aria-label': options.label, onkeydown: (event) => this.#key(event),
      onfocus: () => this.#mark(),
    }, options.head && h('div', { role: 'rowgroup', class: 'vt-head' }, options.head), this.body);
    root.append(this.grid);
    this.body.addEventListener('click', (event) => {
      const row = event.target.closest('[role=row]');
      if (!row || event.target.closest('button, a') || String(getSelection())) return;
      this.#active = row.vtIndex;
      options.open(this.#items[row.vtIndex]);
    });
    this.onScroll = () => this.#plan();
    window.addEventListener('scroll', this.onScroll, { passive: true });
    this.sizes = new ResizeObserver(() => this.#plan());
    this.sizes.observe(document.documentElement);
  }

  close() {
    window.removeEventListener('scroll', this.onScroll);
    this.sizes.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  get items() {
    return this.#items;
  }

  /** Shows other items, or the same in another order. */
  set(items) {
    const before = this.#items[this.#active];
    this.#items = items;
    const again = before ? items.findIndex((item) => this.#options.key(item) === this.#options.key(before)) : -1;
    this.#active = Math.max(0, again);
    this.grid.setAttribute('aria-rowcount', items.length + 1);
    this.draw(true);
  }

  /** Fills the rows that can be seen: all, or those of some keys. */
  refresh(keys) {
    for (const row of this.#rows.values()) {
      const item = this.#items[row.vtIndex];
      if (item && (!keys || keys.has(this.#options.key(item)))) this.#fill(row, item);
    }
  }

  #plan() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.draw(false));
  }

  draw(isNew) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#rowHeight = parseFloat(getComputedStyle(this.grid).getPropertyValue('--row')) || 44;
    const height = this.#items.length * this.#rowHeight;
    this.body.style.height = height + 'px';
    const top = -this.body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / this.#rowHeight) - MORE);
    const last = Math.min(this.#items.length, Math.ceil((top + window.innerHeight) / this.#rowHeight) + MORE);
    for (const [index, row] of this.#rows) {
      if (index < first || index >= last) {
        this.#rows.delete(index);
        row.hidden = true;
        this.#spare.push(row);
      }
    }
    for (let index = first; index < last; index++) {
      let row = this.#rows.get(index);
      const isOther = !row;
      if (!row) {
        row = this.#spare.pop() ?? this.#make();
        row.hidden = false;
        row.vtIndex = index;
        row.id = 'row-' + index;
        row.setAttribute('aria-rowindex', index + 2);
        row.style.transform = `translateY(${index * this.#rowHeight}px)`;
        this.#rows.set(index, row);
      }
      if (isOther || isNew) this.#fill(row, this.#items[index]);
    }
    this.#mark();
    if (this.#rows.size > 0 && !this.#isDrawn) {
      this.#isDrawn = true;
      performance.mark('rows');
    }
    this.#options.seen?.(this.visible());
  }

  /** The items whose rows are on the screen. */
  visible() {
    const top = -this.body.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / this.#rowHeight));
    return this.#items.slice(first, Math.ceil((top + window.innerHeight) / this.#rowHeight));
  }

  #make() {
    const row = this.#options.make();
    row.setAttribute('role', 'row');
    this.body.append(row);
    return row;
  }

  /** One bad record must not blank the table. */
  #fill(row, item) {
    try {
      this.#options.fill(row, item);
    } catch (e) {
      console.error(e);
    }
  }

  #mark() {
    const hasFocus = document.activeElement === this.grid;
    for (const [index, row] of this.#rows) {
      row.classList.toggle('active', hasFocus && index === this.#active);
      row.setAttribute('aria-selected', hasFocus && index === this.#active);
    }
    if (this.#rows.has(this.#active)) this.grid.setAttribute('aria-activedescendant', 'row-' + this.#active);
    else this.grid.removeAttribute('aria-activedescendant');
  }

  #key(event) {
    if (event.target !== this.grid) return;
    const page = Math.max(1, Math.floor((window.innerHeight - 200) / this.#rowHeight));
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      event.preventDefault();
      this.#active = Math.max(0, Math.min(this.#items.length - 1, this.#active + steps[event.key]));
      this.#reveal();
    } else if (event.key === 'Enter' && this.#items[this.#active]) {
      event.preventDefault();
      this.#options.open(this.#items[this.#active]);
    }
  }

  #reveal() {
    const top = this.body.getBoundingClientRect().top + this.#active * this.#rowHeight;
    const above = 140;
    const below = window.innerHeight - 96;
    if (top < above) window.scrollBy(0, top - above);
    else if (top + this.#rowHeight > below) window.scrollBy(0, top + this.#rowHeight - below);
    this.draw(false);
  }
}
