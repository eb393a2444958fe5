// @ts-check
/**
 * The card beside the pointer: the totals of every touched territory, before and now, while a stroke is under way.
 * Owns its markup and place; not the numbers. Names go in as text, never as HTML.
 */
import { compactness } from "./borders.js";
import { bar, indexText, make, placeAround, placeBeside, stateOf } from "./markup.js";
import { fixed, number, pair, signed, t } from "./text.js";

const REST_MS = 40;
const MAX_TERRITORIES = 5;
const MAX_MEASURES = 4; // of a stroke that may touch many territories; a boundary's card shows all

export class Card {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-card");
    this.element.hidden = true;
    app.map.getContainer().appendChild(this.element);
    this._isAsked = false;
    this._drawnAt = 0;
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
    // Numbers are read slower than a border moves: every second frame is the map's alone.
    requestAnimationFrame((now) => {
      if (now - this._drawnAt < REST_MS) requestAnimationFrame((later) => this._draw(later));
      else this._draw(now);
    });
  }

  /** @param {number} now */
  _draw(now) {
    this._isAsked = false;
    if (!this._build) return;
    this._drawnAt = now;
    this.element.replaceChildren(...this._build());
    this.element.hidden = false;
    this._place();
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
    parts.unshift(...stroke.warnings.map((text) => make("div", "tm-card-breach", text)));
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
