// @ts-check
/**
 * What is said of the accounts under the pointer, and which a click takes. Names are asked of Python, for the page has
 * none. Owns the hit test and the texts; where they stand is up to the tooltip (card.js).
 *
 * @typedef {{c: number, n: number, points: number[], isOnePlace: boolean}} Hit  a circle: its cell, how many accounts,
 *   and the first of them
 */
import { KindSums } from "./accounts_kinds.js";
import { marksIn } from "./accounts_painter.js";
import { make } from "./markup.js";
import { WORLD } from "./ground.js";
import { number, percent, t } from "./text.js";

const SLACK_PX = 3;
const DOUBLE_MS = 400;
const DOUBLE_PX = 5;
const LOOKING = new Set(["pan", "pick", "accounts"]); // tools with which a double click means nothing else
const NAMED = 5; // accounts of a circle whose names are told
const MOST_NAMED = 20; // in a circle of more, a few names say nothing
const MOST_KINDS = 5;

export class AccountTip {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-account-tip");
    /** accounts that the element tells of */
    this.key = "";
    this._seq = 0;
    /** @type {number[]} */
    this._asked = [];
    /** @type {Hit | null} */
    this._hit = null;
    /** what the page itself knows of accounts, where it is exported
     * @type {import("./reader_texts.js").AccountTexts | null} */
    this.known = null;
    /** @type {Map<string, any>} */
    this._told = new Map(); // answers of Python by account, for this plan as it is now
    this._upAt = { when: -Infinity, x: 0, y: 0 };
    app.map.getContainer().addEventListener("pointerup", (/** @type {PointerEvent} */ e) => this._count(e));
  }

  /** Forgets what Python said: the plan is another. */
  forget() {
    this._told.clear();
    this.hide();
  }

  hide() {
    this.key = "";
  }

  /**
   * The circle under a place of the map's container; the one whose rim is nearest.
   * @param {number} x
   * @param {number} y
   * @returns {Hit | null}
   */
  hit(x, y) {
    const { accounts, options, stage } = this.app;
    if (!options.show_accounts || !accounts.n) return null;
    const { frame } = stage;
    const [sx, sy] = stage.stepsAt(x, y);
    const px = (sx - Math.floor(sx / WORLD) * WORLD) * frame.scale - frame.ox, py = sy * frame.scale - frame.oy;
    const sums = accounts.cells.at(frame), scale = accounts.cells.scale(frame, sums);
    const reach = scale.most + SLACK_PX;
    const rect = { x0: px - reach, y0: py - reach, x1: px + reach, y1: py + reach };
    let best = null, least = SLACK_PX;
    for (const mark of marksIn(accounts, sums, scale, frame, rect)) {
      const gap = Math.hypot(mark.x - px, mark.y - py) - mark.r;
      if (gap <= least) [best, least] = [mark, gap];
    }
    return best ? hitOf(accounts, sums, best.c) : null;
  }

  /**
   * The second of two clicks at one spot opens the circle there.
   * @param {PointerEvent} e
   */
  _count(e) {
    const { when, x, y } = this._upAt;
    const isDouble = e.timeStamp - when < DOUBLE_MS && Math.hypot(e.clientX - x, e.clientY - y) < DOUBLE_PX;
    this._upAt = { when: isDouble ? -Infinity : e.timeStamp, x: e.clientX, y: e.clientY };
    const { map, stage, tools } = this.app;
    if (!isDouble || e.button !== 0 || !stage || !LOOKING.has(tools.tool)) return;
    const box = map.getContainer().getBoundingClientRect();
    const hit = this.hit(e.clientX - box.left, e.clientY - box.top);
    if (hit && !hit.isOnePlace) this._open(hit);
  }

  /**
   * Goes to the accounts of a circle, so near that they come apart.
   * @param {Hit} hit
   */
  _open(hit) {
    const { map, stage, accounts } = this.app;
    const { xy } = accounts.index, { start } = accounts.cells.at(stage.frame).level;
    const corners = [];
    for (let p = start[hit.c]; p < start[hit.c + 1]; p++) {
      if (!accounts.cells.shown || accounts.cells.shown[p]) corners.push([xy[p * 2], xy[p * 2 + 1]]);
    }
    const x = corners.map((at) => at[0]), y = corners.map((at) => at[1]);
    const least = (/** @type {number[]} */ all) => all.reduce((a, b) => Math.min(a, b));
    const most = (/** @type {number[]} */ all) => all.reduce((a, b) => Math.max(a, b));
    const southWest = map.containerPointToLatLng(stage.containerAt(least(x), most(y)));
    const northEast = map.containerPointToLatLng(stage.containerAt(most(x), least(y)));
    this.app.camera.flyTo([southWest.lng, southWest.lat, northEast.lng, northEast.lat]);
  }

  /**
   * Accounts of a hit, by account_ix.
   * @param {Hit} hit
   */
  all(hit) {
    const { cells, index } = this.app.accounts;
    const { start } = cells.at(this.app.stage.frame).level;
    /** @type {number[]} */
    const found = [];
    for (let p = start[hit.c]; p < start[hit.c + 1]; p++) if (!cells.shown || cells.shown[p]) found.push(index.ix[p]);
    return found;
  }

  /**
   * A click of the tool for accounts: the accounts of the circle there, or none.
   * @param {number} x
   * @param {number} y
   * @param {boolean} isAdding those that are selected already are let go, the others are added
   */
  pick(x, y, isAdding) {
    const { accounts } = this.app;
    const hit = this.hit(x, y);
    const found = hit ? this.all(hit) : [];
    if (!found.length && isAdding) return;
    const marks = isAdding ? accounts.selectedMarks.slice() : new Uint8Array(accounts.nAccounts);
    const value = isAdding && found.every((a) => marks[a]) ? 0 : 1;
    for (const a of found) marks[a] = value;
    accounts.select(marks);
    accounts.tellSelection();
  }

  /**
   * A click of the tool for units: the accounts of one place there are selected too; a circle of several places stands
   * for its surroundings, and nothing there leaves the selection as it is.
   * @param {number} x
   * @param {number} y
   * @param {boolean} isAdding
   */
  pickPlace(x, y, isAdding) {
    const hit = this.hit(x, y);
    if (hit && hit.isOnePlace) this.pick(x, y, isAdding);
  }

  /**
   * The menu of a place is about the accounts there: those are selected, unless they are among the selected already.
   * @param {number} x
   * @param {number} y
   */
  pickForMenu(x, y) {
    const hit = this.hit(x, y);
    if (!hit || !hit.isOnePlace) return;
    const { selectedMarks } = this.app.accounts;
    if (!this.all(hit).every((a) => selectedMarks[a])) this.pick(x, y, false);
  }

  /**
   * Returns the part of the tooltip for a place; null where no account is.
   * @param {number} x
   * @param {number} y
   * @returns {{key: string, element: HTMLElement, isAlone: boolean} | null}
   */
  at(x, y) {
    const hit = this.hit(x, y);
    if (!hit) {
      this.hide();
      return null;
    }
    const { ix } = this.app.accounts.index;
    const named = hit.n > MOST_NAMED ? [] : hit.points.map((p) => ix[p]);
    const key = `${hit.n}:${ix[hit.points[0]]}`;
    if (key !== this.key) {
      this.key = key;
      this._hit = hit;
      this._ask(named);
      this._fill();
    }
    return { key, element: this.element, isAlone: hit.n === 1 };
  }

  /** @param {number[]} named */
  _ask(named) {
    const { app } = this;
    if (app.mode !== "window" || named.every((a) => this._told.has(String(a)))) return;
    this._asked = named;
    app.send({ kind: "account_hover", seq: ++this._seq, accounts: named });
  }

  /** @param {any} message kind "account_texts" */
  take(message) {
    if (message.seq !== this._seq) return;
    this._asked.forEach((account, i) => this._told.set(String(account), message.rows[i]));
    if (!this.key) return;
    this._fill();
    this.app.tooltip.replace();
  }

  _fill() {
    const hit = /** @type {Hit} */ (this._hit);
    this.element.replaceChildren(...(hit.n === 1 ? this._single(hit.points[0]) : this._many(hit)));
  }

  /** @param {number} a account_ix */
  _rowOf(a) {
    return this._told.get(String(a)) || (this.known && this.known.row(a));
  }

  /**
   * What is said of an account that need not have a place, but for its territory.
   * @param {number} a account_ix
   */
  partsOf(a) {
    const row = this._rowOf(a);
    return row ? this._parts(row, -1, row.facts, false) : [];
  }

  /** @param {number} p */
  _single(p) {
    const { accounts } = this.app;
    const row = this._rowOf(accounts.index.ix[p]);
    return this._parts(row, accounts.territoryOf(p), row ? row.facts : this._facts(p));
  }

  /**
   * @param {any} row
   * @param {number} ix
   * @param {[string, string][]} facts
   * @param {boolean} [isOwned] whether its territory is told
   */
  _parts(row, ix, facts, isOwned = true) {
    const title = make("div", "tm-tip-title");
    const [name, code] = row ? [row.name, row.key] : [t("one_account"), ""];
    title.append(make("span", "tm-tip-name", name), make("span", "tm-tip-code", code));
    const parts = [title];
    if (row) parts.push(make("div", "tm-tip-parent", [row.place, row.level].filter(Boolean).join(" · ")));
    if (isOwned) parts.push(this._owner(ix, row));
    if (row && row.is_override) parts.push(make("div", "tm-tip-lock", t("by_name", { reason: row.reason })));
    if (facts.length) parts.push(tableOf(facts));
    return parts;
  }

  /**
   * @param {number} ix
   * @param {any} row
   */
  _owner(ix, row) {
    const { plan } = this.app;
    const owner = make("div", "tm-tip-owner");
    const swatch = make("span", ix < 0 ? "tm-swatch tm-swatch-none" : "tm-swatch");
    if (ix >= 0) swatch.style.background = this.app.shading.swatch(ix);
    owner.append(swatch, make("span", "", ix < 0 ? t("unassigned") : plan.territories[ix].name));
    if (row && row.unit) owner.append(make("span", "tm-tip-rep", row.unit));
    return owner;
  }

  /** What the page itself knows of an account: its kind and its number.
   * @param {number} p */
  _facts(p) {
    const { accounts } = this.app;
    /** @type {[string, string][]} */
    const facts = [];
    const { colouring, sizing } = accounts;
    if (colouring) facts.push([colouring.title, colouring.labels[colouring.kind[p]]]);
    if (sizing) facts.push([sizing.title, number(accounts.cells.valueOf(p))]);
    return facts;
  }

  /** @param {Hit} hit */
  _many(hit) {
    const { accounts, stage } = this.app;
    const sums = accounts.cells.at(stage.frame);
    const parts = [make("div", "tm-tip-name", t("n_accounts", { n: number(hit.n, true) }))];
    parts.push(make("div", "tm-tip-parent", t(hit.isOnePlace ? "accounts_here" : "accounts_near")));
    if (accounts.sizing) parts.push(tableOf([[accounts.sizing.title, number(sums.sum[hit.c])]]));
    if (accounts.isColoured) parts.push(this._kinds(new KindSums(accounts, sums).shares(hit.c)));
    if (hit.n > MOST_NAMED) return parts;
    const rows = hit.points.map((p) => this._rowOf(accounts.index.ix[p])).filter(Boolean);
    if (rows.length) {
      for (const row of rows) parts.push(make("div", "tm-tip-account", row.name));
      const more = hit.n - rows.length;
      if (more) parts.push(make("div", "tm-tip-parent", t("accounts_more", { n: number(more, true) })));
    }
    return parts;
  }

  /** @param {[number, number][]} shares kind and share */
  _kinds(shares) {
    const { accounts } = this.app;
    const colors = accounts.kindColors();
    const table = make("div", "tm-tip-kinds");
    const most = [...shares].sort((a, b) => b[1] - a[1]).slice(0, MOST_KINDS);
    for (const [kind, share] of most) {
      const dot = make("span", "tm-account-dot");
      dot.style.background = colors[kind];
      table.append(dot, make("span", "", accounts.kindLabel(kind)), make("span", "tm-tip-value", percent(share)));
    }
    return table;
  }
}

/**
 * @param {any} accounts
 * @param {import("./accounts_cells.js").Sums} sums
 * @param {number} c
 * @returns {Hit}
 */
function hitOf(accounts, sums, c) {
  const { start } = sums.level, { shown } = accounts.cells, { split } = accounts.index;
  /** @type {number[]} */
  const points = [];
  let isOnePlace = true;
  for (let p = start[c]; p < start[c + 1]; p++) {
    if (p > start[c] && split[p] !== 255) isOnePlace = false;
    if (points.length < NAMED && (!shown || shown[p])) points.push(p);
    else if (points.length === NAMED && !isOnePlace) break;
  }
  return { c, n: sums.n[c], points, isOnePlace };
}

/** @param {[string, string][]} rows */
function tableOf(rows) {
  const table = make("div", "tm-tip-table");
  for (const [name, value] of rows) {
    table.append(make("span", "tm-tip-measure", name), make("span", "tm-tip-value", value));
  }
  return table;
}
