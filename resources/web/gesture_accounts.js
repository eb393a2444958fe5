// @ts-check
/**
 * Select accounts: a lasso, with Shift a rectangle; a click takes those of one circle; Ctrl adds.
 * Owns the gesture; which accounts are selected is accounts.js's.
 */
import { pointsInside } from "./accounts_inside.js";
import { Gesture } from "./gesture.js";
import { CLICK_SLACK_PX } from "./gesture_pick.js";
import { number, t } from "./text.js";

const LASSO_STEP_PX = 3;
const MOST_OF_CLICK = 8; // numbers in the shape: a hand that came back to where it began has drawn more

export class AccountsGesture extends Gesture {
  /** @param {import("./tools.js").Tools} tools */
  constructor(tools) {
    super(tools);
    this.name = "accounts";
    this.isDrawing = true;
    /** @type {{x: number, y: number, begin: [number, number], isFrame: boolean, before: Uint8Array, isAdding: boolean}
     *   | null} */
    this._press = null;
    this._isAsked = false;
  }

  get isBusy() {
    return this._press !== null;
  }

  end() {
    this.cancel();
  }

  /** @param {PointerEvent} e */
  press(e) {
    const { app, tools } = this;
    if (!app.accounts.n || !app.options.show_accounts) {
      app.hint.show(t(app.accounts.n ? "accounts_hidden" : "accounts_missing"), "warning");
      return false;
    }
    const begin = tools.steps();
    this._press = {
      x: tools.at.x, y: tools.at.y, begin, isFrame: e.shiftKey, before: app.accounts.selectedMarks,
      isAdding: e.ctrlKey || e.metaKey,
    };
    app.overlay.sketch.shape = [...begin];
    app.accountTip.hide();
    app.tooltip.hide();
    tools.sketch({ hovered: -1, candidates: [] });
    return true;
  }

  drag() {
    const { app, tools, _press: press } = this;
    if (!press) return;
    const [x, y] = tools.steps();
    const { shape } = app.overlay.sketch;
    if (press.isFrame) {
      const [x0, y0] = press.begin;
      shape.splice(0, shape.length, x0, y0, x, y0, x, y, x0, y);
    } else {
      const n = shape.length;
      if (Math.hypot(x - shape[n - 2], y - shape[n - 1]) < LASSO_STEP_PX / app.stage.frame.scale) return;
      shape.push(x, y);
    }
    app.stage.ask("overlay");
    if (this._isAsked) return;
    this._isAsked = true;
    requestAnimationFrame(() => {
      this._isAsked = false;
      if (this._press) this._take();
    });
  }

  /** @param {PointerEvent} _e */
  release(_e) {
    const { app, tools, _press: press } = this;
    if (!press) return;
    const isStill = Math.hypot(tools.at.x - press.x, tools.at.y - press.y) <= CLICK_SLACK_PX;
    if (isStill && app.overlay.sketch.shape.length <= MOST_OF_CLICK) {
      this._forget();
      app.accountTip.pick(tools.at.x, tools.at.y, press.isAdding);
      return;
    }
    this.drag();
    const n = this._take();
    this._forget();
    app.hint.show(n ? t("accounts_in", { n: number(n, true) }) : t("accounts_none_in"));
    app.accounts.tellSelection();
  }

  cancel() {
    if (!this._press) return false;
    const { before } = this._press;
    this._forget();
    this.app.accounts.select(before);
    return true;
  }

  /** @param {KeyboardEvent} e */
  key(e) {
    if (e.key !== "Escape" || this._press || !this.app.accounts.selected) return false;
    this.app.accounts.select(new Uint8Array(this.app.accounts.nAccounts));
    this.app.accounts.tellSelection();
    return true;
  }

  /** Selects what the shape holds so far, and returns how many that is. */
  _take() {
    const { accounts, overlay, stage } = this.app;
    const press = /** @type {{before: Uint8Array, isAdding: boolean}} */ (this._press);
    const marks = press.isAdding ? press.before.slice() : new Uint8Array(accounts.nAccounts);
    const { ix } = accounts.index, { shown } = accounts.cells;
    let n = 0;
    pointsInside(accounts.index, accounts.cells.at(stage.frame).level, overlay.sketch.shape, (p) => {
      if (shown && !shown[p]) return;
      marks[ix[p]] = 1;
      n++;
    });
    accounts.select(marks);
    return n;
  }

  _forget() {
    this._press = null;
    this.app.overlay.sketch.shape = [];
    this.app.stage.ask("overlay");
  }
}
