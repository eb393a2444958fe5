// @ts-check
/**
 * Painting by whole parents: states, Kreise, 3-digit areas. Which unit belongs to which, as Python says.
 * Owns the chosen level; not what the tools do with the units.
 *
 * @typedef {{key: string, word: string, names: string[], group: Int32Array, start: Int32Array, members: Int32Array}} Level
 *   members[start[g] .. start[g + 1]] are the units of area g
 */
import { areaTip } from "./area_tip.js";
import { bytesOfBase64 } from "./packed.js";

export class Levels {
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    /** @type {Level[]} */
    this.list = [];
    /** 0 = single units, n = list[n - 1] */
    this.at = 0;
  }

  clear() {
    this.list = [];
    this.at = 0;
  }

  /** @param {any} message kind "levels" */
  take(message) {
    const n = this.app.plan ? this.app.plan.nUnits : 0;
    this.list = message.levels.map((/** @type {any} */ level) => {
      const group = new Int32Array(bytesOfBase64(level.group).buffer, 0, n);
      return { key: level.key, word: level.word, names: level.names, group, ...members(group, level.names.length) };
    });
    this.choose(message.at);
  }

  /** @param {number} at */
  choose(at) {
    this.at = at <= this.list.length ? at : 0;
    const { tools, tooltip, stage } = this.app;
    if (!stage) return;
    tooltip.unit = -2;
    tools.sketch({ hovered: -1, candidates: [] });
    if (tools.at.isInside && !tools.stroke) tools.hover();
  }

  /** Whether whole areas are painted. */
  get isWhole() {
    return this.at > 0;
  }

  get level() {
    return this.list[this.at - 1];
  }

  /**
   * Returns the units of the area that a unit belongs to; a unit of none stands for itself.
   * @param {number} u
   * @returns {ArrayLike<number>}
   */
  areaOf(u) {
    const g = this.isWhole ? this.level.group[u] : -1;
    return g < 0 ? [u] : this.level.members.subarray(this.level.start[g], this.level.start[g + 1]);
  }

  /** @param {number} u */
  nameOf(u) {
    const g = this.isWhole ? this.level.group[u] : -1;
    return g < 0 ? "" : this.level.names[g];
  }

  /** What stands under the pointer over a unit's area.
   * @param {number} u */
  tip(u) {
    return areaTip(this.app, u);
  }

  /**
   * Returns the units and all others of their areas.
   * @param {number[]} units
   * @returns {number[]}
   */
  grow(units) {
    return this._whole(units, 0);
  }

  /**
   * Returns the areas of which a drawn shape holds at least half of the units: a shape that cuts a corner off an area
   * leaves it alone.
   * @param {number[]} units
   * @returns {number[]}
   */
  growMostly(units) {
    return this._whole(units, 0.5);
  }

  /**
   * @param {number[]} units
   * @param {number} least share of an area's units
   */
  _whole(units, least) {
    if (!this.isWhole) return units;
    const { group, start, members } = this.level;
    /** @type {Map<number, number>} */
    const n = new Map();
    /** @type {number[]} */
    const out = [];
    for (const u of units) {
      if (group[u] < 0) out.push(u);
      else n.set(group[u], (n.get(group[u]) || 0) + 1);
    }
    for (const [g, count] of n) {
      if (count < least * (start[g + 1] - start[g])) continue;
      for (let i = start[g]; i < start[g + 1]; i++) out.push(members[i]);
    }
    return out;
  }
}

/**
 * @param {Int32Array} group
 * @param {number} n
 */
function members(group, n) {
  const start = new Int32Array(n + 1);
  for (const g of group) if (g >= 0) start[g + 1]++;
  for (let g = 0; g < n; g++) start[g + 1] += start[g];
  const at = start.slice();
  const list = new Int32Array(start[n]);
  for (let u = 0; u < group.length; u++) if (group[u] >= 0) list[at[group[u]]++] = u;
  return { start, members: list };
}
