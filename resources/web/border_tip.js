// @ts-check
/**
 * The label of a border under the pointer: both territories with their index, and what can be done.
 * Owns its markup; its place is beside the pointer, never under it.
 */
import { indexText, make, placeBeside, stateOf } from "./markup.js";
import { t } from "./text.js";

export class BorderTip {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.element = make("div", "tm-tooltip tm-border-tip");
    this.element.setAttribute("role", "tooltip");
    this.element.hidden = true;
    app.map.getContainer().appendChild(this.element);
  }

  /**
   * @param {import("./grip.js").Grip} grip
   * @param {number[]} locked sides that must not change
   * @param {number} x
   * @param {number} y
   */
  show(grip, locked, x, y) {
    const { app } = this;
    const names = locked.map((ix) => app.plan.nameOf(ix)).join(", ");
    const { plan } = app;
    const foot = plan.isReadOnly ? t("read_only")
      : locked.length ? t(plan.lockedKey("border_locked", locked), { names }) : t("border_pull");
    this.element.replaceChildren(
      this._side(grip.left), this._side(grip.right),
      make("div", locked.length ? "tm-tip-lock" : "tm-tip-parent", foot),
    );
    this.element.hidden = false;
    placeBeside(this.element, app.map.getSize(), x, y, 18, 16);
  }

  hide() {
    this.element.hidden = true;
  }

  /** @param {number} ix */
  _side(ix) {
    const { plan, shading } = this.app;
    const side = make("div", "tm-tip-owner");
    const swatch = make("span", ix < 0 ? "tm-swatch tm-swatch-none" : "tm-swatch");
    if (ix >= 0) swatch.style.background = shading.swatch(ix);
    side.append(swatch, make("span", "tm-border-name", ix < 0 ? t("unassigned") : plan.nameOf(ix)));
    const m = this.app.labelMeasure();
    if (ix < 0 || m < 0) return side;
    const totals = this.app.totals();
    const index = plan.index(totals, plan.assigned(totals), ix, m);
    const { tolerance } = plan.measures[m];
    side.append(make("span", `tm-chip tm-${stateOf(index, tolerance)}`, indexText(index, tolerance)));
    return side;
  }
}
