// @ts-check
/**
 * Which part of the world the map shows: the whole plan, a territory, a place; and Python is told of it.
 * Owns the view's bounds and margins; not what is painted (stage.js).
 */
import { Flight } from "./flight.js";
import { lonLat } from "./ground.js";
import { INSETS_FOOT_PX } from "./insets.js";
import { spanOf } from "./span.js";

const LEGEND_PX = 350;
const SNAP_SLACK = 0.08; // of a step of zoom: bounds were rounded on their way

export class Camera {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.flight = new Flight(app);
    this._home = [-130, -40, 150, 65]; // west, south, east, north of the whole plan as it is shown
    this._hasLowInsets = false; // insets have no place beside the plan, so that its view is a little smaller
  }

  /**
   * Shows another plan as a whole.
   * @param {number[]} home west, south, east, north
   * @param {boolean} keepsView other units of the same plan: stay where we are
   */
  begin(home, keepsView) {
    const { map, insets } = this.app;
    this._home = home;
    this.flight.drop();
    // A zoom still under way would end at its own goal and take the view away from the new plan.
    map._stop(); // stop() would begin a zoom of its own, from where a flight is to the nearest step
    if (map._animatingZoom) map._onZoomTransitionEnd();
    this._hasLowInsets = false;
    if (!keepsView) this._fit();
    insets.build();
    if (!insets.lacksRoom()) return;
    this._hasLowInsets = true;
    this._home = insets.mainBounds();
    if (!keepsView) this._fit();
  }

  _fit() {
    this.app.map.fitBounds(corners(this._home), { animate: false, ...this._margins() });
  }

  /** Room around what is fitted into the view; an exported page has its legend open at the right. */
  _margins() {
    const { mode, legend, options, reader } = this.app;
    const foot = this._hasLowInsets && options.show_insets ? INSETS_FOOT_PX : 24;
    const isBeside = mode === "export" && legend.isOpen;
    const card = reader ? reader.margins() : { left: 0, foot: 0 };
    return {
      paddingTopLeft: [24 + card.left, mode === "export" ? 52 : 24],
      paddingBottomRight: [isBeside ? LEGEND_PX : 24, foot + card.foot],
    };
  }

  /** Shows the whole plan again, its surroundings having changed. */
  fitAgain() {
    this._fit();
  }

  flyHome() {
    this.flyTo(this._home);
  }

  /** @param {number[]} bounds west, south, east, north */
  flyTo(bounds) {
    this.app.map.flyToBounds(corners(bounds), { ...this._margins(), maxZoom: 13, duration: 0.5 });
  }

  /**
   * Goes to a view as scenes of a presentation follow each other.
   * @param {number[] | null} bounds west, south, east, north; null: the whole plan
   * @param {boolean} isSmooth
   */
  glide(bounds, isSmooth) {
    const { map } = this.app;
    const view = bounds ? fitted(map, bounds) : map._getBoundsCenterZoom(corners(this._home), { ...this._margins(), maxZoom: 13 });
    this.flight.begin(view, isSmooth);
  }

  /** @param {number} ix */
  flyToTerritory(ix) {
    const { ground, plan, choice, stage } = this.app;
    /** @type {number[]} */
    const units = [];
    for (let u = 0; u < plan.nUnits; u++) if (plan.shown[u] === ix) units.push(u);
    const box = spanOf(ground, units);
    if (!box) return;
    choice.territory = plan.territories[ix].id;
    const [west, north] = lonLat(box[0], box[1]), [east, south] = lonLat(box[2], box[3]);
    this.flyTo([west, south, east, north]);
    stage.ask("overlay");
  }

  /** Tells Python what is shown. */
  tell() {
    const { map } = this.app;
    const bounds = map.getBounds();
    this.app.send({
      kind: "view", zoom: map.getZoom(),
      bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
    });
  }
}

/** @param {number[]} bounds west, south, east, north */
function corners([west, south, east, north]) {
  return [[south, west], [north, east]];
}

/**
 * The view in which a part of the world fills the map; seen again in a window of the same shape it is the same view.
 * @param {any} map
 * @param {number[]} bounds west, south, east, north
 */
function fitted(map, [west, south, east, north]) {
  const size = map.getSize(), low = map.project([south, west], 0), high = map.project([north, east], 0);
  const zoom = Math.log2(Math.min(size.x / (high.x - low.x), size.y / (low.y - high.y)));
  const snapped = Math.floor(zoom / map.options.zoomSnap + SNAP_SLACK) * map.options.zoomSnap;
  return {
    center: map.unproject(low.add(high).divideBy(2), 0),
    zoom: Math.min(map.getMaxZoom(), Math.max(map.getMinZoom(), snapped)),
  };
}
