// @ts-check
/**
 * The card beside the pointer: the totals of every touched territory, before and now, while a stroke is under way.
 * Owns its markup and place; not the numbers. Names go in as text, never as HTML.
 */
import { compactness } from "./borders.js";
import { fixed, number, pair, percent, signed, t } from "./text.js";

const MAX_TERRITORIES = 5;
const MAX_MEASURES = 4; // of a stroke that may touch many territories; a boundary's card shows all
const BAR_REACH = 0.5; // the bar shows indices 0.5 .. 1.5

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

export class Card {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-card");
    this.element.hidden = true;
    app.map.getContainer().appendChild(this.element);
    this._isAsked = false;
    this._at = [0, 0];
    /** @type {[number, number, number, number] | null} */
    this._box = null;
    this._side = -1; // of the box, where the card stands
  }

  /**
   * Shows the stroke beside a point of the map's container; drawn once a frame at most.
   * @param {import("./stroke.js").Stroke} stroke
   * @param {number} x
   * @param {number} y
   * @param {[number, number, number, number]} [box] left, top, right, bottom of what is being drawn: the card stands
   *   beside it, so that it can be seen
   */
  show(stroke, x, y, box) {
    this._show(() => this._parts(stroke), x, y, box);
    this._stroke = stroke;
    if (stroke === this.app.tools.stroke) this.app.splits.watch(stroke);
  }

  /**
   * Shows some lines of text beside what is being drawn.
   * @param {{text: string, isWarning?: boolean}[]} lines
   * @param {string} foot
   * @param {number} x
   * @param {number} y
   * @param {[number, number, number, number]} box
   */
  tell(lines, foot, x, y, box) {
    const build = () => [
      ...lines.map(({ text, isWarning }) => make("div", isWarning ? "tm-card-locked" : "tm-card-line", text)),
      make("div", "tm-card-foot", foot),
    ];
    this._show(build, x, y, box);
  }

  /**
   * @param {() => HTMLElement[]} build
   * @param {number} x
   * @param {number} y
   * @param {[number, number, number, number]} [box]
   */
  _show(build, x, y, box) {
    this._at = [x, y];
    this._box = box || null;
    this._stroke = undefined;
    this._build = build;
    this._ask();
  }

  /** Shows a stroke anew where it is shown.
   * @param {import("./stroke.js").Stroke} stroke */
  refresh(stroke) {
    if (stroke === this._stroke) this._ask();
  }

  _ask() {
    if (this._isAsked) return;
    this._isAsked = true;
    requestAnimationFrame(() => {
      this._isAsked = false;
      if (!this._build) return;
      this.element.replaceChildren(...this._build());
      this.element.hidden = false;
      this._place();
    });
  }

  hide() {
    this._build = undefined;
    this._side = -1;
    this.element.hidden = true;
  }

  /**
   * @param {import("./stroke.js").Stroke} stroke
   * @returns {HTMLElement[]}
   */
  _parts(stroke) {
    const { plan } = this.app;
    const parts = [];
    const touched = stroke.touched();
    const known = touched.filter(({ ix }) => ix >= 0);
    const assignedBefore = plan.assigned(stroke.base), assignedNow = plan.assigned(stroke.totals);
    const measures = plan.measures
      .map((/** @type {any} */ measure, /** @type {number} */ m) => ({ measure, m }))
      .filter((/** @type {any} */ x) => x.measure.shown).slice(0, stroke.isBoundary ? undefined : MAX_MEASURES);
    const most = this._mostTerritories(measures.length + (stroke.isBoundary ? 1 : 0));
    for (const { ix, moved } of known.slice(0, most)) {
      parts.push(this._head(ix, moved, stroke));
      const table = make("div", "tm-card-table");
      for (const { measure, m } of measures) {
        table.append(...measureRow(
          measure, stroke.base.total[ix] ? stroke.base.total[ix][m] : 0, stroke.totals.total[ix][m],
          stroke.indexOf(stroke.base, assignedBefore, ix, m, false),
          stroke.indexOf(stroke.totals, assignedNow, ix, m, true),
        ));
      }
      if (stroke.isBoundary && stroke.hasShape) table.append(...shapeRows(stroke, ix));
      parts.push(table);
    }
    const loose = touched.find(({ ix, moved }) => ix < 0 && moved);
    if (loose) parts.push(this._looseHead(loose.moved));
    if (known.length > most) {
      parts.push(make("div", "tm-card-more", t("and_more", { n: number(known.length - most, true) })));
    }
    if (!stroke.size && !stroke.isBoundary) parts.length = 0;
    if (stroke.headline) parts.unshift(make("div", "tm-card-line", stroke.headline));
    if (!stroke.size && !stroke.locked.size && !stroke.notes.length) parts.push(make("div", "tm-card-more", t("nothing_taken")));
    if (stroke.locked.size) parts.push(this._lockedNote(stroke));
    for (const note of stroke.notes) parts.push(make("div", "tm-card-locked", note));
    if (!stroke.isBoundary) for (const { ix, n } of this.app.splits.live) parts.push(this._splitNote(ix, n));
    parts.push(make("div", "tm-card-foot", stroke.foot || t(stroke.footKey)));
    return parts;
  }

  /** How many fit on the map; the target and one giver always do.
   * @param {number} nMeasures */
  _mostTerritories(nMeasures) {
    const room = this.app.map.getSize().y - 110;
    return Math.max(2, Math.min(MAX_TERRITORIES, Math.floor(room / (28 + 20 * nMeasures))));
  }

  /**
   * @param {number} ix
   * @param {number} moved
   * @param {import("./stroke.js").Stroke} stroke
   */
  _head(ix, moved, stroke) {
    const head = make("div", "tm-card-head");
    const swatch = make("span", "tm-swatch");
    swatch.style.background = stroke.swatchOf(ix);
    const count = make("span", "tm-card-count", t("n_units", { n: signed(moved, true) }));
    head.append(swatch, make("span", "tm-card-name", stroke.nameOf(ix)), count);
    if (stroke.isBoundary && stroke.hasShape) head.append(piecesChip(...stroke.piecesOf(ix)));
    return head;
  }

  /** @param {number} moved */
  _looseHead(moved) {
    const head = make("div", "tm-card-head tm-card-loose");
    head.append(
      make("span", "tm-swatch tm-swatch-none"), make("span", "tm-card-name", t("unassigned")),
      make("span", "tm-card-count", t("n_units", { n: signed(moved, true) })),
    );
    return head;
  }

  /**
   * @param {number} ix
   * @param {number} n pieces
   */
  _splitNote(ix, n) {
    return make("div", "tm-card-locked tm-card-split", t("would_split", { name: this.app.plan.nameOf(ix), n: number(n, true) }));
  }

  /** @param {import("./stroke.js").Stroke} stroke */
  _lockedNote(stroke) {
    const listed = lockedNames(this.app, stroke);
    return make("div", "tm-card-locked", t(stroke.lockedNote, { n: number(stroke.locked.size, true), names: listed }));
  }

  _place() {
    const [x, y] = this._at;
    const size = this.app.map.getSize();
    if (this._box) this._side = placeAround(this.element, size, this._box, [x, y], this._side);
    else placeBeside(this.element, size, x, y, 22, 18);
  }
}

/**
 * Puts a label at a side of a box where it fits, and leaves it at that side while it does; else into the corner of the
 * map that is farthest from the pointer.
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} size of the map
 * @param {[number, number, number, number]} box left, top, right, bottom
 * @param {number[]} pointer
 * @param {number} side where it stands now, -1 = nowhere
 * @returns {number} the side
 */
function placeAround(element, size, box, pointer, side) {
  const width = element.offsetWidth, height = element.offsetHeight, gap = 22, edge = 8;
  const [left, top, right, bottom] = box;
  const fits = (/** @type {number} */ at, /** @type {number} */ extent, /** @type {number} */ most) =>
    at >= edge && at + extent <= most - edge;
  const inX = (/** @type {number} */ x) => Math.max(edge, Math.min(size.x - edge - width, x));
  const inY = (/** @type {number} */ y) => Math.max(edge, Math.min(size.y - edge - height, y));
  const middleX = inX((left + right - width) / 2), middleY = inY((top + bottom - height) / 2);
  const places = [[left - gap - width, middleY], [right + gap, middleY], [middleX, top - gap - height], [middleX, bottom + gap]];
  const good = places.map(([x, y]) => fits(x, width, size.x) && fits(y, height, size.y));
  const best = side >= 0 && side < 4 && good[side] ? side : good.indexOf(true);
  const corner = [
    pointer[0] > size.x / 2 ? 64 : size.x - edge - width, // the zoom buttons and the legend keep their places
    pointer[1] > size.y / 2 ? edge : size.y - 64 - height,
  ];
  const [x, y] = best >= 0 ? places[best] : [inX(corner[0]), inY(corner[1])];
  element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  return best >= 0 ? best : 4;
}

/**
 * Puts a label beside a point, within the map and never over the point itself.
 * @param {HTMLElement} element
 * @param {{x: number, y: number}} size of the map
 * @param {number} x
 * @param {number} y
 * @param {number} dx how far from the point
 * @param {number} dy
 */
export function placeBeside(element, size, x, y, dx, dy) {
  const width = element.offsetWidth, height = element.offsetHeight;
  const left = x + dx + width > size.x - 8 && x - dx - width >= 8 ? x - dx - width : x + dx;
  const top = y + dy + height > size.y - 8 && y - dy - height >= 8 ? y - dy - height : y + dy;
  const inX = Math.max(8, Math.min(size.x - 8 - width, left)), inY = Math.max(8, Math.min(size.y - 8 - height, top));
  element.style.transform = `translate(${inX}px, ${inY}px)`;
}

/**
 * In how many pieces a territory is, before and now.
 * @param {number} before
 * @param {number} now
 */
function piecesChip(before, now) {
  const n = before === now ? number(now, true) : `${number(before, true)} → ${number(now, true)}`;
  return make("span", `tm-chip tm-${now > Math.max(1, before) ? "over" : "none"}`, t("pieces_n", { n }));
}

/**
 * How round a territory is, before and now.
 * @param {import("./stroke.js").Stroke} stroke
 * @param {number} ix
 */
function shapeRows(stroke, ix) {
  const was = compactness(stroke.base, ix), is = compactness(stroke.totals, ix);
  const gain = was === null || is === null ? 0 : is - was;
  const change = Math.abs(gain) < 0.0005 ? "" : `${gain > 0 ? "▲ +" : "▼ −"}${fixed(Math.abs(gain), 3)}`;
  return [
    make("span", "tm-card-measure", t("compactness")), changeOf(fixed(was, 3), fixed(is, 3)), roundBar(was, is),
    make("span", "tm-chip tm-none", change),
  ];
}

/**
 * @param {string} was
 * @param {string} is
 */
function changeOf(was, is) {
  const value = make("span", "tm-card-value");
  value.append(make("span", "tm-card-before", was), make("span", "tm-card-arrow", "→"), make("span", "tm-card-now", is));
  return value;
}

/**
 * A bar from 0 to 1, the circle.
 * @param {number | null} was
 * @param {number | null} is
 */
function roundBar(was, is) {
  const element = make("span", "tm-bar tm-bar-round");
  const fill = make("span", "tm-bar-fill tm-inside");
  fill.style.left = "0";
  fill.style.width = `${100 * (is ?? 0)}%`;
  const ghost = make("span", "tm-bar-ghost");
  ghost.style.left = `${100 * (was ?? 0)}%`;
  element.append(fill, ghost);
  return element;
}

/**
 * @param {import("./plan.js").Measure} measure
 * @param {number} before
 * @param {number} now
 * @param {number | null} indexBefore
 * @param {number | null} index
 */
function measureRow(measure, before, now, indexBefore, index) {
  const [was, is] = pair(before, now, measure.is_count);
  const value = changeOf(was, is);
  const chip = make("span", `tm-chip tm-${stateOf(index, measure.tolerance)}`, indexText(index, measure.tolerance));
  return [make("span", "tm-card-measure", measure.label), value, bar(measure.tolerance, indexBefore, index), chip];
}

/**
 * @param {number | null} index
 * @param {number} tolerance
 */
export function stateOf(index, tolerance) {
  if (index === null) return "none";
  return index > 1 + tolerance ? "over" : index < 1 - tolerance ? "under" : "inside";
}

/**
 * @param {number | null} index
 * @param {number} tolerance
 */
export function indexText(index, tolerance) {
  const sign = { over: "▲ ", under: "▼ ", inside: "✓ ", none: "" }[stateOf(index, tolerance)];
  return sign + percent(index);
}

/**
 * A bar around 1.00 with the tolerance band, where the index was and where it is.
 * @param {number} tolerance
 * @param {number | null} before
 * @param {number | null} now
 */
export function bar(tolerance, before, now) {
  const element = make("span", "tm-bar");
  const band = make("span", "tm-bar-band");
  band.style.left = `${place(1 - tolerance)}%`;
  band.style.right = `${100 - place(1 + tolerance)}%`;
  element.append(band, make("span", "tm-bar-even"));
  if (before !== null) {
    const ghost = make("span", "tm-bar-ghost");
    ghost.style.left = `${place(before)}%`;
    element.append(ghost);
  }
  if (now !== null) {
    const fill = make("span", `tm-bar-fill tm-${stateOf(now, tolerance)}`);
    const from = place(1), to = place(now);
    fill.style.left = `${Math.min(from, to)}%`;
    fill.style.width = `${Math.abs(to - from)}%`;
    const mark = make("span", `tm-bar-mark tm-${stateOf(now, tolerance)}`);
    mark.style.left = `${to}%`;
    element.append(fill, mark);
  }
  return element;
}

/** @param {number} index */
function place(index) {
  return 50 + (50 * Math.max(-BAR_REACH, Math.min(BAR_REACH, index - 1))) / BAR_REACH;
}

/**
 * The label under the pointer: unit, territory, rep and the unit's measures.
 */
export class Tooltip {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-tooltip");
    this.element.setAttribute("role", "tooltip");
    this.element.hidden = true;
    app.map.getContainer().appendChild(this.element);
    this.unit = -1;
    this._key = ""; // of the accounts told of
    /** @type {[number, number]} */
    this._at = [0, 0];
  }

  /**
   * @param {number} u
   * @param {number} x
   * @param {number} y
   */
  show(u, x, y) {
    const accounts = this._accountPart(x, y);
    if (u < 0 && !accounts) return this.hide();
    const key = accounts ? accounts.key : "";
    if (u !== this.unit || key !== this._key) {
      this.unit = u;
      this._key = key;
      if (u >= 0 && !(accounts && accounts.isAlone)) this._fill(u);
      else this.element.replaceChildren();
      if (accounts) this.element.prepend(accounts.element);
    }
    this._at = [x, y];
    this._place(x, y);
  }

  /**
   * Accounts under the pointer, told of first; while a stroke is made only its units count.
   * @param {number} x
   * @param {number} y
   */
  _accountPart(x, y) {
    return this.app.tools.gesture.isPainting ? null : this.app.accountTip.at(x, y);
  }

  /** Its texts have come: puts it where it fits in now. */
  replace() {
    if (!this.element.hidden) this._place(...this._at);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  _place(x, y) {
    this.element.hidden = false;
    const size = this.app.map.getSize();
    const width = this.element.offsetWidth, height = this.element.offsetHeight;
    const left = x + 16 + width > size.x - 6 ? x - 14 - width : x + 16;
    const top = y + 16 + height > size.y - 6 ? y - 12 - height : y + 16;
    this.element.style.transform = `translate(${Math.max(6, left)}px, ${Math.max(6, top)}px)`;
  }

  hide() {
    this.unit = -1;
    this.element.hidden = true;
  }

  /** @param {number} u */
  _fill(u) {
    const { plan, levels } = this.app;
    if (levels.isWhole) return this.element.replaceChildren(...levels.tip(u));
    const ix = plan.shown[u];
    const parts = this.app.isOfUnits ? this._unitParts(u) : [];
    if (this.app.mode === "window") {
      parts.push(this._owner(ix), this._measures(u, ix));
    } else {
      if (this.app.isOfUnits) parts.push(this._measures(u, ix));
      parts.push(this._owner(ix));
      if (ix >= 0) parts.push(this._totals(ix));
    }
    if (plan.isLocked(u) && this.app.mode === "window") {
      parts.push(make("div", "tm-tip-lock", t(plan.unitLocked[u] ? "unit_locked" : "territory_locked")));
    }
    this.element.replaceChildren(...parts);
  }

  /** @param {number} u */
  _unitParts(u) {
    const { ground } = this.app;
    const { code, parent } = ground.meta;
    const title = make("div", "tm-tip-title");
    title.append(make("span", "tm-tip-name", ground.name(u)), make("span", "tm-tip-code", code[u]));
    const isOwnParent = !parent[u] || parent[u] === ground.name(u);
    return isOwnParent ? [title] : [title, make("div", "tm-tip-parent", parent[u])];
  }

  /** @param {number} ix */
  _owner(ix) {
    const { plan } = this.app;
    const owner = make("div", "tm-tip-owner");
    const swatch = make("span", ix < 0 ? "tm-swatch tm-swatch-none" : "tm-swatch");
    if (ix >= 0) swatch.style.background = this.app.shading.swatch(ix);
    owner.append(swatch, make("span", "", ix < 0 ? t("unassigned") : plan.territories[ix].name));
    if (ix >= 0) owner.append(make("span", "tm-tip-rep", plan.territories[ix].rep || t("vacant")));
    return owner;
  }

  /** The territory's totals with their index.
   * @param {number} ix */
  _totals(ix) {
    const { plan } = this.app;
    const totals = plan.totals(), assigned = plan.assigned(totals);
    const table = make("div", "tm-tip-table tm-tip-totals");
    plan.measures.forEach((/** @type {import("./plan.js").Measure} */ info, /** @type {number} */ m) => {
      if (!info.shown) return;
      const index = plan.index(totals, assigned, ix, m);
      table.append(
        make("span", "tm-tip-measure", info.label),
        make("span", "tm-tip-value", number(totals.total[ix][m], info.is_count)),
        make("span", `tm-chip tm-${stateOf(index, info.tolerance)}`, indexText(index, info.tolerance)),
      );
    });
    return table;
  }

  /**
   * @param {number} u
   * @param {number} ix
   */
  _measures(u, ix) {
    const { plan, shading } = this.app;
    const table = make("div", "tm-tip-table");
    const { measure, nMeasures, workloadRow } = plan.values;
    for (let m = 0; m < nMeasures; m++) {
      const info = plan.measures[m];
      if ((!info.shown && m !== shading.unitRow) || info.name === "units") continue;
      let value = measure[m * plan.nUnits + u];
      if (m === workloadRow && ix >= 0) value += plan.stemHours(u, ix);
      table.append(make("span", "tm-tip-measure", info.label), make("span", "tm-tip-value", number(value, info.is_count)));
    }
    return table;
  }
}

/**
 * Returns what a stroke met and left alone because it is locked: territories by name, units by theirs.
 * @param {any} app
 * @param {import("./stroke.js").Stroke} stroke
 */
export function lockedNames(app, stroke) {
  const { plan, ground } = app;
  const names = new Set();
  for (const u of stroke.locked) {
    const ix = plan.shown[u];
    names.add(plan.isTerritoryLocked(ix) ? plan.nameOf(ix) : ground.name(u));
  }
  return [...names].slice(0, 3).join(", ") + (names.size > 3 ? " …" : "");
}
