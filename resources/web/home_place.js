// @ts-check
/**
 * Putting a rep's home somewhere else: the house at the pointer, what it snaps to, what the workload becomes.
 * Owns the house while it is held; Python does the edit.
 */
import { indexText, make, placeBeside, stateOf } from "./markup.js";
import { lonLat, WORLD } from "./ground.js";
import { house } from "./homes.js";
import { greatCircleKm } from "./plan.js";
import { number, t } from "./text.js";
import { theme } from "./theme.js";

const SNAP_PX = 12;
const DEAR = { place: 0, account: 2, unit: 4 }; // px by which the one must be nearer than the other

export class HomePlace {
  /**
   * @param {any} app
   * @param {number} rep
   * @param {string} name of the rep
   */
  constructor(app, rep, name) {
    this.app = app;
    this.rep = rep;
    this.name = name;
    /** territories of the rep */
    this.own = app.plan.territories.flatMap((/** @type {any} */ row, /** @type {number} */ ix) => (row.rep_id === rep ? [ix] : []));
    /** @type {[number, number] | null} map steps */
    this.at = null;
    this.snap = { kind: "", name: "" };
    this.element = make("div", "tm-card tm-home-card");
    app.map.getContainer().appendChild(this.element);
    this._isAsked = false;
  }

  /**
   * Brings the house to the pointer, or to what is near it.
   * @param {boolean} isFree snaps to nothing
   */
  follow(isFree) {
    const { app } = this;
    const [x, y] = app.tools.steps();
    const found = isFree ? null : nearest(app, x, y);
    this.at = found ? [found.x, found.y] : [x, y];
    this.snap = found ? { kind: found.kind, name: found.name } : { kind: "", name: "" };
    app.stage.ask("overlay");
    if (this._isAsked) return;
    this._isAsked = true;
    requestAnimationFrame(() => {
      this._isAsked = false;
      if (this.element.isConnected) this._tell();
    });
  }

  _tell() {
    const { app, element } = this;
    const head = make("div", "tm-card-head");
    head.append(make("span", "tm-card-name", t("home_of", { name: this.name })));
    const { kind, name } = this.snap;
    const where = kind === "place" ? t("home_at_place", { name }) : kind === "account" ? t("home_at_account")
      : kind === "unit" ? t("home_at_unit", { name }) : t("home_free");
    element.replaceChildren(head, make("div", "tm-card-more", where), ...this._rows(), make("div", "tm-card-foot", t("home_foot")));
    placeBeside(element, app.map.getSize(), app.tools.at.x, app.tools.at.y, 22, 18);
  }

  /** The workload of the rep's territories, before and now: a preview; accounts given by name are not in it. */
  _rows() {
    const { plan, edits } = this.app;
    const m = plan.values.workloadRow;
    if (m < 0 || !this.at) return [];
    const home = /** @type {[number, number]} */ (lonLat(...this.at));
    const before = edits.settled(), now = edits.copy();
    for (const ix of this.own) now.total[ix][m] += stemFrom(plan, ix, home) - stemFrom(plan, ix, plan.territories[ix].home);
    const assigned = plan.assigned(now), { tolerance } = plan.measures[m];
    const table = make("div", "tm-home-table");
    for (const ix of this.own) {
      const index = plan.index(now, assigned, ix, m);
      table.append(
        make("span", "tm-card-measure", plan.nameOf(ix)),
        make("span", "tm-card-value", `${number(before.total[ix][m])} → ${number(now.total[ix][m])} h`),
        make("span", `tm-chip tm-${stateOf(index, tolerance)}`, indexText(index, tolerance)),
      );
    }
    return [table];
  }

  /** Lets Python put the home there. */
  commit() {
    const { app } = this;
    if (this.at) {
      const [lon, lat] = lonLat(...this.at);
      const place = this.snap.kind === "place" ? this.snap.name : "";
      app.send({ kind: "place_home", rep: this.rep, lon: ((((lon + 180) % 360) + 360) % 360) - 180, lat, place });
    }
    this.drop();
  }

  /** Lets go; the home stays where it was. */
  drop() {
    this.element.remove();
    this.at = null;
    if (this.app.stage) this.app.stage.ask("overlay");
  }

  /**
   * @param {CanvasRenderingContext2D} ctx
   * @param {import("./stage.js").Frame} frame
   */
  paint(ctx, frame) {
    if (!this.at) return;
    const x = this.at[0] * frame.scale - frame.ox - frame.shift, y = this.at[1] * frame.scale - frame.oy;
    if (this.snap.kind) {
      ctx.beginPath();
      ctx.arc(x, y, 13, 0, Math.PI * 2);
      ctx.strokeStyle = theme.selectedCasing;
      ctx.lineWidth = 5;
      ctx.stroke();
      ctx.strokeStyle = theme.cursor;
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(1.15, 1.15);
    house(ctx, this.own.length ? this.app.shading.swatch(this.own[0]) : theme.selectedCasing);
    ctx.restore();
  }
}

/**
 * Hours a year of driving from a home to the accounts of a territory.
 * @param {import("./plan.js").Plan} plan
 * @param {number} ix
 * @param {[number, number] | null} home
 */
export function stemFrom(plan, ix, home) {
  if (!home) return 0;
  const { weight, lon, lat, start } = plan.values;
  let hours = 0;
  for (let u = 0; u < plan.nUnits; u++) {
    if (plan.shown[u] !== ix) continue;
    for (let i = start[u]; i < start[u + 1]; i++) hours += weight[i] * greatCircleKm(home[0], home[1], lon[i], lat[i]);
  }
  return hours;
}

/**
 * What a house snaps to at a place: a named place, an account that is shown, the point of a unit.
 * @param {any} app
 * @param {number} x map steps
 * @param {number} y
 * @returns {{kind: "place" | "account" | "unit", name: string, x: number, y: number} | null}
 */
function nearest(app, x, y) {
  const { ground, stage, context, accounts, options } = app;
  const { scale, zoom } = stage.frame;
  const shift = Math.floor(x / WORLD) * WORLD;
  const px = x - shift, reach = SNAP_PX / scale;
  /** @type {ReturnType<typeof nearest>} */
  let best = null;
  let least = SNAP_PX;
  const offer = (/** @type {"place" | "account" | "unit"} */ kind, /** @type {number} */ ox, /** @type {number} */ oy, /** @type {() => string} */ name) => {
    const far = Math.hypot(ox - px, oy - y) * scale + DEAR[kind];
    if (far >= least) return;
    least = far;
    best = { kind, name: name(), x: ox + shift, y: oy };
  };
  if (context) {
    const { placeXy, placeZoom, placeName } = context;
    for (let i = 0; i < placeName.length; i++) {
      if (placeZoom[i] <= zoom + 0.75) offer("place", placeXy[i * 2], placeXy[i * 2 + 1], () => placeName[i]);
    }
  }
  if (options.show_accounts && accounts.n) {
    const { level } = accounts.cells.at(stage.frame);
    const { xy } = accounts.index;
    accounts.index.visit(level, px - reach, y - reach, px + reach, y + reach, (/** @type {number} */ first, /** @type {number} */ end) => {
      for (let p = level.start[first]; p < level.start[end]; p++) offer("account", xy[p * 2], xy[p * 2 + 1], () => "");
    });
  }
  ground.tree.query(px - reach, y - reach, px + reach, y + reach, found);
  for (const u of found) offer("unit", ground.point[u * 2], ground.point[u * 2 + 1], () => ground.name(u));
  return best;
}

/** @type {number[]} */
const found = [];
