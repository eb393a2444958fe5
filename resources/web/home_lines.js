// @ts-check
/**
 * Lines from a rep's home to the accounts, while the pointer is over the house; Python says to which and how far.
 * Owns what is hovered and its picture; the figures are mapview/home_lines.py's.
 */
import { make, placeBeside } from "./markup.js";
import { WORLD } from "./ground.js";
import { homePx, houseSize } from "./homes.js";
import { bytesOfBase64 } from "./packed.js";
import { number, t } from "./text.js";
import { theme } from "./theme.js";

export class HomeLines {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** the rep over whose house the pointer is, 0 = none */
    this.rep = 0;
    /** @type {any} */ this._told = null;
    this._ends = new Int32Array(0);
    this._at = [0, 0];
    this.element = make("div", "tm-tooltip tm-home-tip");
    this.element.setAttribute("role", "tooltip");
    this.element.hidden = true;
    app.map.getContainer().appendChild(this.element);
  }

  /**
   * The territory whose house is at a place of the map's container, the topmost; -1 = none.
   * @param {number} x
   * @param {number} y
   */
  territoryAt(x, y) {
    const { plan, stage, options } = this.app;
    const { frame } = stage;
    const size = plan && options.show_homes ? houseSize(this.app, frame) : 0;
    if (!size) return -1;
    const [sx, sy] = stage.stepsAt(x, y);
    const px = (sx - Math.floor(sx / WORLD) * WORLD) * frame.scale - frame.ox, py = sy * frame.scale - frame.oy;
    for (let ix = plan.territories.length - 1; ix >= 0; ix--) {
      const { home } = plan.territories[ix];
      if (!home) continue;
      const [hx, hy] = homePx(home, frame);
      if (Math.abs(hx - px) <= 9 * size && Math.abs(hy - py) <= 9 * size) return ix;
    }
    return -1;
  }

  /**
   * The pointer is at a place with nothing pressed.
   * @param {number} x
   * @param {number} y
   * @returns {boolean} whether a house is there
   */
  hover(x, y) {
    const { app } = this;
    const ix = app.mode === "window" ? this.territoryAt(x, y) : -1;
    const rep = ix < 0 ? 0 : app.plan.territories[ix].rep_id || 0;
    app.tools.box.dataset.home = rep ? "true" : "false";
    if (!rep) {
      this.hide();
      return false;
    }
    this._at = [x, y];
    if (rep !== this.rep) {
      this.hide();
      this.rep = rep;
      app.send({ kind: "home_hover", rep });
    }
    this._place();
    return true;
  }

  hide() {
    const wasThere = this._told !== null;
    this.rep = 0;
    this._told = null;
    this._ends = new Int32Array(0);
    this.element.hidden = true;
    if (wasThere && this.app.stage) this.app.stage.ask("overlay");
  }

  /** @param {any} message kind "home_lines" */
  take(message) {
    if (message.rep !== this.rep || !this.app.plan) return;
    this._told = message;
    this._ends = new Int32Array(/** @type {ArrayBuffer} */ (bytesOfBase64(message.ends).buffer));
    this._fill(message);
    this._place();
    this.app.stage.ask("overlay");
  }

  /** @param {any} message */
  _fill(message) {
    const { plan } = this.app;
    const title = make("div", "tm-tip-title");
    title.append(make("span", "tm-tip-name", t("home_of", { name: message.name })));
    const parts = [title];
    for (const row of message.rows) {
      const owner = make("div", "tm-tip-owner");
      const swatch = make("span", "tm-swatch");
      swatch.style.background = this.app.shading.swatch(row.ix);
      owner.append(swatch, make("span", "", plan.nameOf(row.ix)), make("span", "tm-tip-rep", t("home_accounts", { n: number(row.n, true) })));
      const table = make("div", "tm-tip-table");
      for (const [key, value] of [["home_mean", row.mean_km], ["home_max", row.max_km]]) {
        table.append(make("span", "tm-tip-measure", t(key)), make("span", "tm-tip-value", value === null ? "–" : `${number(value)} km`));
      }
      table.append(make("span", "tm-tip-measure", t("home_stem")), make("span", "tm-tip-value", `${number(row.stem_h)} h`));
      parts.push(owner, table);
    }
    const n = this._ends.length / 2;
    if (n < message.n) parts.push(make("div", "tm-tip-parent", t("home_sample", { lines: number(n, true), n: number(message.n, true) })));
    if (this.app.tools.tool === "pick" && !plan.isReadOnly) parts.push(make("div", "tm-tip-parent", t("home_drag")));
    this.element.replaceChildren(...parts);
  }

  _place() {
    if (!this._told) return;
    this.element.hidden = false;
    placeBeside(this.element, this.app.map.getSize(), this._at[0], this._at[1], 18, 18);
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    const { plan } = this.app;
    const territory = this._told && plan.territories.find((/** @type {any} */ row) => row.rep_id === this.rep && row.home);
    if (!territory) return;
    const [hx, hy] = homePx(territory.home, frame);
    const world = frame.scale * WORLD;
    ctx.beginPath();
    for (let i = 0; i < this._ends.length; i += 2) {
      const y = this._ends[i + 1] * frame.scale - frame.oy;
      let x = this._ends[i] * frame.scale - frame.ox;
      const around = Math.round((x - hx) / world) * world;
      x -= around; // the shorter way around the world
      ctx.moveTo(hx, hy);
      ctx.lineTo(x, y);
      if (!around) continue;
      ctx.moveTo(hx + around, hy); // each copy of the world is painted for itself: the other end of the line is in it too
      ctx.lineTo(x + around, y);
    }
    const thin = this._ends.length > 600 ? 0.6 : 1;
    ctx.strokeStyle = theme.selectedCasing;
    ctx.globalAlpha = 0.5;
    ctx.lineWidth = 1 + thin;
    ctx.stroke();
    ctx.strokeStyle = theme.selected;
    ctx.globalAlpha = this._ends.length > 600 ? 0.45 : 0.8;
    ctx.lineWidth = thin;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}
