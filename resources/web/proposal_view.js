// @ts-check
/**
 * Over a proposed plan: today's borders that would go, as hollow lines; and a strip that says what is what.
 * Owns the looks of both; which plan is proposed is proposal.js's.
 */
import { make } from "./markup.js";
import { Pen } from "./pen.js";
import { isOneWorld, Seen } from "./seen.js";
import { theme } from "./theme.js";

const MARGIN_PX = 6;
const LEAST_PX = 0.6; // shorter arcs only blacken the dense parts of the map
const MOST_TERRITORIES = 46_000; // square root of what a number of Seen holds

export class FormerPainter {
  /**
   * @param {any} app
   * @param {import("./proposal.js").Proposal} proposal
   */
  constructor(app, proposal) {
    this.name = "former";
    this.follows = "units";
    this.app = app;
    this.proposal = proposal;
    this._pen = new Pen();
    this._seen = new Seen(app.ground);
    this._style = "";
    this._mark = new Int32Array(app.ground.nUnits);
    this._stamp = 0;
    /** @type {number[]} */
    this._found = [];
  }

  /**
   * Whether the canvas already shows the rectangle as it should be: a new colour moves no line.
   * @param {import("./stage.js").Frame} frame
   * @param {import("./stage.js").Rect} rect
   */
  isFresh(frame, rect) {
    if (!isOneWorld(frame) || this._style !== styleAt(frame)) return false;
    this._find(frame, rect);
    return this._seen.isSame(this._found, this._valueOf());
  }

  /** What the lines around a unit depend on: who has it, and who would. */
  _valueOf() {
    const { shown } = this.app.plan, proposed = this.proposal.face.plan.shown;
    return (/** @type {number} */ u) => (shown[u] + 1) * MOST_TERRITORIES + proposed[u] + 1;
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
    const { ground } = this.app;
    const style = styleAt(frame);
    if (style !== this._style) this._seen.clear();
    this._style = style;
    this._find(frame, rect);
    this._seen.note(this._found, this._valueOf(), frame, rect);
    const arcs = this._arcs();
    if (!arcs.length) return;
    const lines = ground.levels.at(frame.level);
    const { scale, ox, oy } = frame;
    const trace = (/** @type {any} */ pen, /** @type {number} */ dx, /** @type {number} */ dy) =>
      ground.traceLines(pen, arcs, lines, { scale, ox: ox - dx, oy: oy - dy }, LEAST_PX);
    ctx.lineJoin = "round";
    ctx.lineCap = "round";
    this._pen.stroke(ctx, frame, rect, trace, theme.formerCasing, 4);
    this._pen.stroke(ctx, frame, rect, trace, theme.former, 2);
  }

  /** Arcs between units in sight that lie in two territories today and in one if it is done. */
  _arcs() {
    const { ground, plan } = this.app;
    const { _mark: mark, _found: found } = this;
    const { arcStart, arcs, left, right } = ground;
    const { shown } = plan, proposed = this.proposal.face.plan.shown;
    const stamp = ++this._stamp;
    for (const u of found) mark[u] = stamp;
    /** @type {number[]} */
    const out = [];
    for (const u of found) {
      for (let k = arcStart[u]; k < arcStart[u + 1]; k++) {
        const s = arcs[k], a = s < 0 ? ~s : s;
        const other = s < 0 ? left[a] : right[a];
        if (other < 0 || (s < 0 && mark[other] === stamp)) continue; // an arc between two found units is met twice
        if (shown[other] !== shown[u] && proposed[other] === proposed[u]) out.push(a);
      }
    }
    return out;
  }
}

/** @param {import("./stage.js").Frame} frame */
function styleAt(frame) {
  return `${frame.scale} ${frame.dpr} ${theme.isDark}`;
}

/** What line and fill stand for. */
export class ProposalBar {
  /**
   * @param {HTMLElement} parent
   * @param {"former" | "outline"} sign what stands for today's plan
   */
  constructor(parent, sign) {
    this.element = make("div", "tm-compare-bar tm-proposal-bar");
    this._before = make("span", "tm-compare-name");
    this._now = make("span", "tm-compare-name");
    for (const name of [this._before, this._now]) name.dir = "auto";
    this.element.append(make("span", `tm-sign tm-sign-${sign}`), this._before, make("span", "tm-sign tm-sign-fill"), this._now);
    parent.append(this.element);
    for (const name of ["pointerdown", "dblclick", "mousedown"]) this.element.addEventListener(name, (e) => e.stopPropagation());
  }

  /**
   * @param {string} before
   * @param {string} now
   */
  name(before, now) {
    this._before.textContent = before;
    this._now.textContent = now;
  }

  remove() {
    this.element.remove();
  }
}
