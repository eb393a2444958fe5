// @ts-check
/**
 * The plan as the page knows it: territories, who has which unit, totals; and the preview of a stroke's totals.
 * Owns copies of Python's truth and the arithmetic of the preview; changes nothing in the plan.
 *
 * @typedef {{id: number, name: string, color: string, dark: string, rep: string, rep_id: number | null, locked: boolean,
 *   is_outside: boolean,
 *   home: [number, number] | null, share: number, total: number[], n_units: number, n_accounts: number,
 *   pieces: number, area_km2: number, perimeter_km: number, target?: number[]}} Territory  position in the list = territory_ix; share: its part of the assigned total;
 *   target: of each measure, where not all territories are there to work it out from
 * @typedef {{name: string, label: string, unit: string, is_count: boolean, tolerance: number, shown: boolean}} Measure
 * @typedef {{total: Float64Array[], nUnits: Int32Array, nAccounts: Int32Array, area: Float64Array,
 *   perimeter: Float64Array, flow: import("./limits.js").Flow | null}} Totals  total[territory_ix][measure]; area in
 *   km2, perimeter in km; flow: what changes rep, where there is a limit to it
 */
import { bytesOfBase64 } from "./packed.js";

const EARTH_KM = 6371.0088;
const RADIAN = Math.PI / 180;
export const UNASSIGNED = -1;
export const NO_POINT = -(2 ** 31);

export class Plan {
  /** @param {number} nUnits */
  constructor(nUnits) {
    this.nUnits = nUnits;
    this.rev = -1;
    this.isReadOnly = false;
    this.title = "";
    /** @type {Territory[]} */
    this.territories = [];
    /** @type {Measure[]} */
    this.measures = [];
    /** @type {Map<number, number>} */
    this.ixById = new Map();
    /** who has each unit as Python confirmed it */
    this.truth = new Int32Array(nUnits).fill(UNASSIGNED);
    /** who has each unit on the screen: the truth and the strokes that are not confirmed yet */
    this.shown = new Int32Array(nUnits).fill(UNASSIGNED);
    this.unitLocked = new Uint8Array(nUnits);
    /** @type {Uint8Array | null} units that are being solved and stand still meanwhile */
    this.busy = null;
    /** @type {Map<number, number>} account -> territory_ix by name */
    this.override = new Map();
    this.values = noValues();
    /** @type {import("./borders.js").Borders | null} what lies between the units; null where nothing is edited */
    this.borders = null;
    /** @type {import("./limits.js").Limits | null} caps and protected accounts; null where there are none */
    this.limits = null;
    /** column of each unit's rep in the baseline, as it was sent last */
    this.baselineRep = new Int32Array(0);
    /** @type {import("./packed.js").Packed | null} */
    this._accounts = null;
    /** @type {Int32Array | null} */
    this._accountXy = null;
  }

  /** @param {import("./packed.js").Packed} packed the container "values": what the preview adds up */
  setValues(packed) {
    const a = packed.arrays;
    this.values = {
      nMeasures: packed.meta.n_measures,
      workloadRow: packed.meta.workload_row,
      accountsRow: packed.meta.accounts_row,
      measure: a.unit_measure,
      start: a.account_start,
      lon: a.account_lon,
      lat: a.account_lat,
      weight: a.account_weight,
    };
  }

  /**
   * Takes what an override changed of the preview's numbers.
   * @param {{units: number[], measure: number[][], weight: number[][]}} message kind "unit_values"
   */
  patchValues(message) {
    const { nMeasures, measure, start, weight } = this.values;
    message.units.forEach((u, i) => {
      for (let m = 0; m < nMeasures; m++) measure[m * this.nUnits + u] = message.measure[i][m];
      weight.set(message.weight[i], start[u]);
    });
  }

  /** @param {import("./packed.js").Packed} packed the container "accounts": where they are drawn */
  setAccounts(packed) {
    this._accounts = packed;
    this._accountXy = null;
  }

  /** Map steps of each account, x and y by turns, by account_ix; NO_POINT = it has no place.
   * @returns {Int32Array} */
  get accountXy() {
    if (this._accountXy) return this._accountXy;
    const xy = new Int32Array(this._accounts ? this._accounts.meta.n_accounts * 2 : 0).fill(NO_POINT);
    if (this._accounts) {
      const { account_ix: ix, account_xy: points } = this._accounts.arrays;
      for (let p = 0; p < ix.length; p++) {
        xy[ix[p] * 2] = points[p * 2];
        xy[ix[p] * 2 + 1] = points[p * 2 + 1];
      }
    }
    return (this._accountXy = xy);
  }

  /** @param {any} message kind "state" */
  setState(message) {
    this.rev = message.rev;
    this.title = message.title;
    this.isReadOnly = message.is_read_only;
    this.measures = message.measures;
    this.territories = message.territories;
    this.ixById = new Map(this.territories.map((t, ix) => [t.id, ix]));
    const bytes = bytesOfBase64(message.units);
    this.truth = new Int32Array(/** @type {ArrayBuffer} */ (bytes.buffer), 0, this.nUnits);
    this.shown = this.truth.slice();
    this.unitLocked.fill(0);
    for (const u of message.locked_units) this.unitLocked[u] = 1;
    this.override = new Map(message.overrides);
  }

  /**
   * Puts in what Python says has changed.
   * @param {any} message kind "patch" or "ack"
   */
  setPatch(message) {
    this.rev = message.rev;
    for (const row of message.rows) this.territories[row.ix] = row;
    const units = message.units, to = message.to;
    for (let i = 0; i < units.length; i++) {
      this.truth[units[i]] = to[i];
      this.shown[units[i]] = to[i];
    }
    for (const [u, isLocked] of message.locks) this.unitLocked[u] = isLocked ? 1 : 0;
    for (const [account, ix] of message.overrides) {
      if (ix < 0) this.override.delete(account);
      else this.override.set(account, ix);
    }
  }

  /** @param {number} ix */
  isTerritoryLocked(ix) {
    return ix >= 0 && this.territories[ix].locked;
  }

  /**
   * The key of a sentence on locked territories: another where one of them is not in this part of the plan.
   * @param {string} key
   * @param {Iterable<number>} territories territory_ix
   */
  lockedKey(key, territories) {
    for (const ix of territories) if (ix >= 0 && this.territories[ix].is_outside) return "not_in_part";
    return key;
  }

  /**
   * Locked by itself or by its territory.
   * @param {number} u
   */
  isLocked(u) {
    return this.unitLocked[u] === 1 || this.isTerritoryLocked(this.shown[u]);
  }

  /** Whether a unit is being solved, so that Python would refuse to change it.
   * @param {number} u */
  isBusy(u) {
    return this.busy !== null && this.busy[u] === 1;
  }

  /** @param {number} ix */
  nameOf(ix) {
    return ix >= 0 ? this.territories[ix].name : "";
  }

  /** Totals as confirmed.
   * @returns {Totals} */
  totals() {
    return {
      total: this.territories.map((t) => Float64Array.from(t.total)),
      nUnits: Int32Array.from(this.territories, (t) => t.n_units),
      nAccounts: Int32Array.from(this.territories, (t) => t.n_accounts),
      area: Float64Array.from(this.territories, (t) => t.area_km2),
      perimeter: Float64Array.from(this.territories, (t) => t.perimeter_km),
      flow: this.limits ? this.limits.copy() : null,
    };
  }

  /**
   * Moves a unit in some totals: two additions a measure, and the drives of its accounts from both homes; and its
   * borders, as its neighbours are had at this moment.
   * @param {Totals} totals
   * @param {number} u
   * @param {number} from
   * @param {number} to
   * @param {Int32Array} [shown] who has its neighbours
   */
  moveUnit(totals, u, from, to, shown = this.shown) {
    const { nMeasures, workloadRow, accountsRow, measure } = this.values;
    for (const [ix, sign] of [[from, -1], [to, 1]]) {
      if (ix < 0) continue;
      const row = totals.total[ix];
      for (let m = 0; m < nMeasures; m++) row[m] += sign * measure[m * this.nUnits + u];
      if (workloadRow >= 0) row[workloadRow] += sign * this.stemHours(u, ix);
      totals.nUnits[ix] += sign;
      if (accountsRow >= 0) totals.nAccounts[ix] += sign * measure[accountsRow * this.nUnits + u];
    }
    if (this.borders) this.borders.moveUnit(totals, u, from, to, shown);
    if (this.limits && totals.flow) this.limits.moveUnit(totals.flow, u, from, to);
  }

  /**
   * Hours a year that a unit's accounts cost in drives from the home of a territory's rep.
   * Accounts given away by name are not among the arrays (metrics/preview.py).
   * @param {number} u
   * @param {number} ix
   */
  stemHours(u, ix) {
    const territory = this.territories[ix]; // none while a new one is drawn
    return this.stemHoursFrom(u, territory ? territory.home : null);
  }

  /**
   * The same from any home.
   * @param {number} u
   * @param {[number, number] | null} home
   */
  stemHoursFrom(u, home) {
    if (!home) return 0;
    const { weight, lon, lat, start } = this.values;
    let hours = 0;
    for (let i = start[u]; i < start[u + 1]; i++) hours += weight[i] * greatCircleKm(home[0], home[1], lon[i], lat[i]);
    return hours;
  }

  /**
   * Hours a year that one account costs in drives from a home.
   * @param {{weight: number, lon: number, lat: number}} account weight 0 = it has no place
   * @param {[number, number] | null} home
   */
  stemOf({ weight, lon, lat }, home) {
    return home && weight ? weight * greatCircleKm(home[0], home[1], lon, lat) : 0;
  }

  /**
   * Sum over territories of each measure: what the targets share out.
   * @param {Totals} totals
   * @returns {Float64Array}
   */
  assigned(totals) {
    const sum = new Float64Array(this.measures.length);
    for (const row of totals.total) for (let m = 0; m < sum.length; m++) sum[m] += row[m];
    return sum;
  }

  /**
   * Index of a territory: its total over its target; null where the target is 0.
   * @param {Totals} totals
   * @param {Float64Array} assigned
   * @param {number} ix
   * @param {number} m
   * @returns {number | null}
   */
  index(totals, assigned, ix, m) {
    const { share, target: told } = this.territories[ix];
    const target = told ? told[m] : assigned[m] * share;
    return target ? totals.total[ix][m] / target : null;
  }
}

/**
 * Great circle by the haversine formula, mean Earth radius; as geo/distance.py.
 * @param {number} lon1
 * @param {number} lat1
 * @param {number} lon2
 * @param {number} lat2
 */
export function greatCircleKm(lon1, lat1, lon2, lat2) {
  const dLat = Math.sin(((lat2 - lat1) * RADIAN) / 2), dLon = Math.sin(((lon2 - lon1) * RADIAN) / 2);
  const a = dLat * dLat + Math.cos(lat1 * RADIAN) * Math.cos(lat2 * RADIAN) * dLon * dLon;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(a)));
}

function noValues() {
  return {
    nMeasures: 0,
    workloadRow: -1,
    accountsRow: -1,
    measure: new Float64Array(0),
    start: new Int32Array(1),
    lon: new Float64Array(0),
    lat: new Float64Array(0),
    weight: new Float64Array(0),
  };
}
