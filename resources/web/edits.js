// @ts-check
/**
 * Strokes that were let go: sent one after another, confirmed, refused, and laid over what Python says meanwhile.
 * Owns what is not confirmed yet; a stroke under way belongs to tools.js.
 */
import { lockedNames } from "./card.js";
import { number, t } from "./text.js";

const MAX_MARKS = 500;

export class Edits {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {import("./stroke.js").Stroke[]} sent or waiting to be sent, oldest first */
    this.pending = [];
    this._isInFlight = false;
    this._seq = 0;
    /** @type {import("./plan.js").Totals | null} */
    this._settled = null;
  }

  /** Forgets everything: a state of Python's has come. */
  reset() {
    this.pending = [];
    this._isInFlight = false;
    this._settled = null;
  }

  /** @param {import("./stroke.js").Stroke} stroke */
  commit(stroke) {
    const { app } = this;
    if (app.plan.rev < 0) return; // by keys, on units whose plan is on its way
    app.labelsSoon();
    if (!stroke.size) {
      if (stroke.isSolved) app.hint.show(t("only_solved"), "warning");
      else if (stroke.locked.size) {
        const key = app.plan.lockedKey("only_locked", [...stroke.locked].map((u) => app.plan.shown[u]));
        app.hint.show(t(key, { names: lockedNames(app, stroke) }), "warning");
      }
      else if (stroke.notes.length) app.hint.show(stroke.notes.join(" "), "warning");
      return;
    }
    stroke.upAt = performance.now();
    stroke.said = stroke.outcome; // before Python's numbers are laid beneath it
    stroke.seq = ++this._seq;
    this.pending.push(stroke);
    this._settled = null;
    app.stage.whenPainted(() => mark(app.metrics.paints, { seq: stroke.seq, ms: performance.now() - stroke.upAt }));
    this._sendNext();
  }

  /** One message is under way at a time, so that each carries the revision that it was drawn on. */
  _sendNext() {
    if (this._isInFlight || !this.pending.length) return;
    this._isInFlight = true;
    this.app.send(this.pending[0].message());
  }

  /**
   * Takes the stroke that a message answers off the list.
   * @param {any} message
   */
  _answered(message) {
    const stroke = this.pending[0];
    if (!stroke || stroke.seq !== message.seq) return null;
    this.pending.shift();
    this._isInFlight = false;
    return stroke;
  }

  /** @param {any} message kind "ack": done, with Python's numbers */
  confirm(message) {
    const { app } = this;
    const stroke = this._answered(message);
    if (!stroke) return;
    const notes = [...stroke.said, ...stroke.notes];
    const done = message.label ?? this._summary(stroke), isEnded = !notes.length || done.endsWith(".");
    app.hint.show([isEnded ? done : `${done}.`, ...notes].join(" "), notes.length ? "warning" : "info");
    app.splits.told = "";
    app.setPatch(message);
    // What has come apart is said in place of the rest; a cap that is broken must not be lost by that.
    if (app.splits.told && stroke.said.length) app.hint.show([app.splits.told, ...stroke.said].join(" "), "warning");
    const row = { seq: stroke.seq, units: stroke.size, upAt: stroke.upAt, ackMs: performance.now() - stroke.upAt, ms: 0 };
    app.stage.whenPainted(() => {
      // The frame in which this runs holds the picture; a task after it sees the frame handed over.
      setTimeout(() => {
        row.ms = performance.now() - stroke.upAt;
        mark(app.metrics.strokes, row);
        app.send({ kind: "painted", seq: row.seq, ms: row.ms });
      }, 0);
    });
    this._sendNext();
  }

  /** @param {any} message kind "refuse": not done, and why */
  refuse(message) {
    const { app } = this;
    const stroke = this._answered(message);
    if (!stroke) return;
    for (const u of stroke.before.keys()) app.askUnit(u);
    this.relay();
    app.hint.hide();
    app.cursor.hinted(message.text); // the window shows why, over the map
    app.numbersChanged();
    this._sendNext();
  }

  /** Lays what is not confirmed over what is. */
  relay() {
    const { plan, tools } = this.app;
    plan.shown.set(plan.truth);
    this._settled = null;
    const waiting = this.pending;
    this.pending = [];
    for (const stroke of waiting) {
      stroke.reapply();
      this.pending.push(stroke);
      this._settled = null;
    }
    if (tools.stroke) tools.stroke.reapply();
  }

  /** Totals with all strokes that were let go, confirmed or not.
   * @returns {import("./plan.js").Totals} */
  settled() {
    if (!this._settled) {
      const last = this.pending[this.pending.length - 1];
      this._settled = last ? last.totals : this.app.plan.totals();
    }
    return /** @type {import("./plan.js").Totals} */ (this._settled);
  }

  /** @returns {import("./plan.js").Totals} */
  copy() {
    const { total, nUnits, nAccounts, area, perimeter, flow } = this.settled();
    return {
      total: total.map((row) => row.slice()), nUnits: nUnits.slice(), nAccounts: nAccounts.slice(),
      area: area.slice(), perimeter: perimeter.slice(),
      flow: flow && { lost: flow.lost.slice(), gained: flow.gained.slice() },
    };
  }

  /** @param {import("./stroke.js").Stroke} stroke */
  _summary(stroke) {
    const n = number(stroke.size, true);
    return stroke.target < 0 ? t("unassigned_n", { n }) : t("moved_n", { n, name: this.app.plan.nameOf(stroke.target) });
  }
}

/**
 * Keeps the latest marks only.
 * @param {any[]} marks
 * @param {any} row
 */
function mark(marks, row) {
  marks.push(row);
  if (marks.length > MAX_MARKS) marks.shift();
}
