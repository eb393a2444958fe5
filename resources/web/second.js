// @ts-check
/**
 * A second alignment over the one in use: the borders of its territories as lines in its colour, who has a unit in it
 * in the label under the pointer, and a strip that says which alignment is line and which is fill.
 * Owns these; the alignment in use is plan.js's, the lines of its own territories lines.js's.
 */
import { make } from "./markup.js";
import { fetchPacked } from "./packed.js";
import { Pen } from "./pen.js";
import { isOneWorld, Seen } from "./seen.js";
import { t } from "./text.js";
import { theme } from "./theme.js";

const MARGIN_PX = 8;
const LEAST_PX = 0.6; // shorter arcs only blacken the dense parts of the map
const WIDTH = { casing: 5.5, line: 3.2 }; // px
const NAME = "second";

export class Second {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Int32Array | null} territory of the second alignment that has each unit, -1 = none */
    this.shown = null;
    /** @type {{name: string, rep: string}[]} */
    this.territories = [];
    this.name = "";
    this.color = { light: "", dark: "" };
    /** @type {SecondBar | null} */
    this._bar = null;
    this._ask = 0; // the message whose numbers are being fetched
  }

  get isOn() {
    return this.shown !== null;
  }

  /** The line's colour in the present theme. */
  get ink() {
    return theme.isDark ? this.color.dark : this.color.light;
  }

  /** @param {{url: string, name: string, now: string, color: string, dark: string}} message kind "second"; no url = none */
  async take(message) {
    const ask = ++this._ask;
    if (!message.url) return this.end();
    const packed = await fetchPacked(message.url, "second");
    const { app } = this;
    if (!packed || ask !== this._ask || !app.plan || packed.arrays.unit_territory.length !== app.plan.nUnits) return;
    const isNew = !this.isOn;
    this.shown = packed.arrays.unit_territory;
    this.territories = packed.meta.territories;
    this.name = message.name;
    this.color = { light: message.color, dark: message.dark };
    if (isNew) {
      app.stage.add(new SecondPainter(app, this), "lines");
      this._bar = new SecondBar(app.map.getContainer(), () => this.quit());
    }
    if (this._bar) this._bar.say(message.name, message.now, this.ink);
    app.stage.ask(NAME);
    app.tooltip.renew();
  }

  /** Shows one alignment again. */
  end() {
    this._ask++;
    if (!this.isOn) return;
    this.shown = null;
    if (this._bar) this._bar.remove();
    this._bar = null;
    if (this.app.stage) this.app.stage.drop(NAME);
  }

  /** The person ends it: Python is told, so that its menu follows. */
  quit() {
    this.end();
    this.app.send({ kind: "second_end" });
  }

  /** The theme is another. */
  restyle() {
    if (this._bar) this._bar.paint(this.ink);
    if (this.isOn && this.app.stage) this.app.stage.ask(NAME);
  }

  /**
   * Who has a unit in the second alignment, for the label under the pointer.
   * @param {number} u
   * @returns {HTMLElement[]}
   */
  parts(u) {
    if (!this.shown) return [];
    const territory = this.territories[this.shown[u]];
    const row = make("div", "tm-tip-compared tm-tip-second");
    const swatch = make("span", "tm-swatch tm-swatch-line");
    swatch.style.borderColor = this.ink;
    const label = make("span", "tm-tip-scenario", this.name);
    label.dir = "auto";
    row.append(label, swatch, make("span", "tm-tip-compared-name", territory ? territory.name : t("unassigned")));
    if (territory) row.append(make("span", "tm-tip-rep", territory.rep || t("vacant")));
    return [row];
  }
}

class SecondPainter {
  /**
   * @param {any} app
   * @param {Second} second
   */
  constructor(app, second) {
    this.name = NAME;
    this.app = app;
    this.second = second;
    this._pen = new Pen();
    this._seen = new Seen(app.ground);
    this._style = "";
    this._mark = new Int32Array(app.ground.nUnits);
    this._stamp = 0;
    /** @type {number[]} */
    this._found = [];
  }

  /** @param {import("./stage.js").Frame} frame */
  _styleAt(frame) {
    return `${frame.scale} ${frame.dpr} ${theme.isDark} ${this.second.ink}`;
  }

  /**
   * Whether the canvas already shows the rectangle as it should be.
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  isFresh(frame, rect) {
    if (!isOneWorld(frame) || this._style !== this._styleAt(frame) || !this.second.shown) return false;
    this._find(frame, rect);
    return this._seen.isSame(this._found, this._valueOf());
  }

  _valueOf() {
    const shown = /** @type {Int32Array} */ (this.second.shown);
    return (/** @type {number} */ u) => shown[u] + 1;
  }

  /**
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  _find({ scale, ox, oy }, rect) {
    this.app.ground.tree.query(
      (rect.x0 - MARGIN_PX + ox) / scale, (rect.y0 - MARGIN_PX + oy) / scale,
      (rect.x1 + MARGIN_PX + ox) / scale, (rect.y1 + MARGIN_PX + oy) / scale, this._found,
    );
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  paint(ctx, frame, rect) {
    if (!this.second.shown) return;
    const { ground } = this.app;
    const style = this._styleAt(frame);
    if (style !== this._style) this._seen.clear();
    this._style = style;
    this._find(frame, rect);
    this._seen.note(this._found, this._valueOf(), frame, rect);
    const arcs = this._arcs(this.second.shown);
    if (!arcs.length) return;
    const lines = ground.levels.at(frame.level);
    const { scale, ox, oy } = frame;
    const trace = (/** @type {any} */ pen, /** @type {number} */ dx, /** @type {number} */ dy) =>
      ground.traceLines(pen, arcs, lines, { scale, ox: ox - dx, oy: oy - dy }, LEAST_PX);
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    this._pen.stroke(ctx, frame, rect, trace, theme.outlineCasing, WIDTH.casing);
    this._pen.stroke(ctx, frame, rect, trace, this.second.ink, WIDTH.line);
  }

  /**
   * Arcs between units in sight that lie in two territories of the second alignment.
   * @param {Int32Array} shown
   */
  _arcs(shown) {
    const { _mark: mark, _found: found } = this;
    const { arcStart, arcs, left, right } = this.app.ground;
    const stamp = ++this._stamp;
    for (const u of found) mark[u] = stamp;
    /** @type {number[]} */
    const out = [];
    for (const u of found) {
      for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
        const s = arcs[k], a = s < 0 ? ~s : s;
        const other = s < 0 ? left[a] : right[a];
        if (other < 0 || (s < 0 && mark[other] === stamp)) continue; // an arc between two found units is met twice
        if (shown[other] !== shown[u]) out.push(a);
      }
    }
    return out;
  }
}

/** What line and fill stand for, and the way to end it. */
class SecondBar {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} close
   */
  constructor(parent, close) {
    this.element = make("div", "tm-compare-bar tm-second-bar");
    this._line = make("span", "tm-sign tm-sign-second");
    this._before = make("span", "tm-compare-name");
    this._now = make("span", "tm-compare-name");
    for (const name of [this._before, this._now]) name.dir = "auto";
    const button = /** @type {HTMLButtonElement} */ (make("button", "tm-compare-close", "×"));
    button.type = "button";
    button.title = t("second_close");
    button.setAttribute("aria-label", t("second_close"));
    button.addEventListener("click", close);
    this.element.append(this._line, this._before, make("span", "tm-sign tm-sign-fill"), this._now, button);
    parent.append(this.element);
    for (const name of ["pointerdown", "dblclick", "mousedown"]) this.element.addEventListener(name, (e) => e.stopPropagation());
  }

  /**
   * @param {string} name of the alignment that is drawn as lines
   * @param {string} now of the one in use
   * @param {string} ink
   */
  say(name, now, ink) {
    this._before.textContent = name;
    this._now.textContent = now;
    this.paint(ink);
  }

  /** @param {string} ink */
  paint(ink) {
    this._line.style.background = ink;
  }

  remove() {
    this.element.remove();
  }
}
