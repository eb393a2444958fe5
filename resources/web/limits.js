// @ts-check
/**
 * What a stroke must not do without a word: caps on what changes rep against the baseline, and protected accounts.
 * Owns the arithmetic while the pointer is down, as metrics/disruption.py and metrics/caps.py do it afterwards, and the
 * sentences; Python's numbers replace it with every edit.
 *
 * @typedef {{id: number, name: string, home: [number, number] | null}} Rep
 * @typedef {{row: number, label: string, per: "rep" | "plan", kind: "lost" | "gained" | "changed", most: number}} Cap
 *   row: of the measure; most: ratio
 * @typedef {{unit: number, rep: number, amount: number[], weight: number, lon: number, lat: number}} Apart  an account
 *   whose rep in the baseline is not that of its unit
 * @typedef {{account: number, unit: number, rep: number, name: string}} Protected  unit: -1 = a stroke cannot move it
 * @typedef {{lost: Float64Array, gained: Float64Array, base?: Float64Array}} Flow  [column * measures + row]; what each
 *   rep has no more, or anew; base: what reps have in the baseline, where a cut would change that too
 * @typedef {{cap: Cap, column: number, share: number}} Breach  column: -1 = the plan as a whole
 */
import { fixed, number, t } from "./text.js";

const SLACK = 1e-9;
const MOST_BREACHES = 3;
const MOST_NAMES = 3;
/** @typedef {Record<Cap["per"], Record<Cap["kind"], string>>} Keys  of sentences
 * @type {Keys} */
const WOULD = {
  rep: { lost: "cap_rep_lost", gained: "cap_rep_gained", changed: "cap_rep_changed" },
  plan: { lost: "cap_plan_lost", gained: "cap_plan_gained", changed: "cap_plan_changed" },
};
/** @type {Keys} */
const HAPPENED = {
  rep: { lost: "capped_rep_lost", gained: "capped_rep_gained", changed: "capped_rep_changed" },
  plan: { lost: "capped_plan_lost", gained: "capped_plan_gained", changed: "capped_plan_changed" },
};

export class Limits {
  /**
   * @param {import("./plan.js").Plan} plan
   * @param {any} message kind "limits"
   * @param {Int32Array} unitRep column of each unit's rep in the baseline; empty where there is none
   */
  constructor(plan, message, unitRep) {
    this.plan = plan;
    this.hasBaseline = /** @type {boolean} */ (message.has_baseline);
    this.unitRep = unitRep;
    /** @type {Rep[]} */
    this.reps = message.reps;
    /** @type {Cap[]} */
    this.caps = message.caps;
    /** @type {Protected[]} */
    this.protected = message.protected;
    this.nRows = /** @type {number} */ (message.n_rows);
    this._columnById = new Map(this.reps.map((rep, column) => [rep.id, column]));
    this.base = Float64Array.from(message.base.flat());
    /** @type {Flow} */
    this.flow = { lost: Float64Array.from(message.lost.flat()), gained: Float64Array.from(message.gained.flat()) };
    /** @type {Map<number, Apart[]>} */
    this._apart = byUnit(message.apart);
    /** @type {Map<number, Protected[]>} */
    this._protected = byUnit(this.protected);
  }

  /** Takes Python's figures of some reps.
   * @param {any} message kind "disruption" */
  patch(message) {
    for (const [column, lost, gained] of message.rows) {
      this.flow.lost.set(lost, column * this.nRows);
      this.flow.gained.set(gained, column * this.nRows);
    }
  }

  /** Column of what has no rep. */
  get noRep() {
    return this.reps.length;
  }

  /**
   * Column of the rep of a territory.
   * @param {number} ix territory_ix; -1 = unassigned, as many as there are = a new one
   */
  columnOf(ix) {
    const territory = ix >= 0 ? this.plan.territories[ix] : undefined;
    return (territory && territory.rep_id !== null ? this._columnById.get(territory.rep_id) : undefined) ?? this.noRep;
  }

  /** What was lost and gained as Python has it, to be changed by a stroke.
   * @returns {Flow} */
  copy() {
    return { lost: this.flow.lost.slice(), gained: this.flow.gained.slice() };
  }

  /**
   * Moves a unit with the accounts that go with it.
   * @param {Flow} flow
   * @param {number} u
   * @param {number} from territory_ix
   * @param {number} to
   */
  moveUnit(flow, u, from, to) {
    const a = this.columnOf(from), b = this.columnOf(to);
    if (!this.hasBaseline || a === b) return;
    const { nRows, plan } = this, { measure } = plan.values;
    const apart = this._apart.get(u) ?? [];
    const amount = new Float64Array(nRows);
    for (let m = 0; m < nRows; m++) amount[m] = measure[m * plan.nUnits + u];
    for (const one of apart) for (let m = 0; m < nRows; m++) amount[m] -= one.amount[m];
    const rest = (/** @type {[number, number] | null} */ home) =>
      plan.stemHoursFrom(u, home) - apart.reduce((sum, one) => sum + plan.stemOf(one, home), 0);
    this._carry(flow, this.unitRep[u], amount, rest, a, b);
    for (const one of apart) this._carry(flow, one.rep, one.amount, (home) => plan.stemOf(one, home), a, b);
  }

  /**
   * @param {Flow} flow
   * @param {number} had column in the baseline
   * @param {ArrayLike<number>} amount without the way from home
   * @param {(home: [number, number] | null) => number} stem hours a year on the way from a home
   * @param {number} a column before
   * @param {number} b column after
   */
  _carry(flow, had, amount, stem, a, b) {
    const add = (/** @type {Float64Array} */ sums, /** @type {number} */ column, /** @type {number} */ sign) => {
      const { nRows } = this, { workloadRow } = this.plan.values;
      for (let m = 0; m < nRows; m++) sums[column * nRows + m] += sign * amount[m];
      const home = column < this.noRep ? this.reps[column].home : null;
      if (workloadRow >= 0) sums[column * nRows + workloadRow] += sign * stem(home);
    };
    if (had !== a) {
      add(flow.lost, had, -1);
      add(flow.gained, a, -1);
    }
    if (had !== b) {
      add(flow.lost, had, 1);
      add(flow.gained, b, 1);
    }
  }

  // -- what is too much -----------------------------------------------------------------------------------------------

  /**
   * Caps that are exceeded: the same as metrics/caps.py.
   * @param {Flow} flow
   * @returns {Breach[]}
   */
  breaches(flow) {
    if (!this.hasBaseline) return [];
    return this.caps.flatMap((cap) => {
      const shares = cap.per === "plan" ? [[-1, this._shareOfPlan(cap, flow)]] : this.reps.map((_, c) => [c, this._shareOfRep(cap, flow, c)]);
      return shares.filter(([, share]) => share > cap.most + SLACK).map(([column, share]) => ({ cap, column, share }));
    });
  }

  /**
   * @param {Cap} cap
   * @param {Flow} flow
   * @param {number} column
   */
  _shareOfRep({ kind, row }, flow, column) {
    const at = column * this.nRows + row, base = flow.base ?? this.base;
    const part = (kind === "gained" ? 0 : flow.lost[at]) + (kind === "lost" ? 0 : flow.gained[at]);
    return base[at] > 0 ? part / base[at] : 0;
  }

  /**
   * @param {Cap} cap
   * @param {Flow} flow
   */
  _shareOfPlan({ kind, row }, flow) {
    const base = flow.base ?? this.base;
    let held = 0, part = 0;
    const sums = kind === "gained" ? flow.gained : flow.lost;
    for (let at = row; at < this.noRep * this.nRows; at += this.nRows) {
      held += base[at];
      part += sums[at];
    }
    return held > 0 ? part / held : 0;
  }

  /**
   * Accounts that must keep their rep, and would not.
   * @param {Map<number, number>} before unit -> who has it without the stroke
   * @param {number} target
   * @returns {Protected[]}
   */
  displaced(before, target) {
    if (!this._protected.size) return [];
    const b = this.columnOf(target);
    const found = [];
    for (const [u, from] of before) {
      const accounts = this._protected.get(u);
      if (!accounts) continue;
      const a = this.columnOf(from);
      for (const one of accounts) {
        const wanted = this.hasBaseline ? one.rep : a;
        if (a !== b && wanted !== this.noRep && b !== wanted) found.push(one);
      }
    }
    return found;
  }

  /**
   * What a stroke would break, or break further, in words.
   * @param {import("./stroke.js").Stroke} stroke
   * @param {boolean} [isDone] it was let go
   * @returns {string[]}
   */
  warnings(stroke, isDone = false) {
    const was = stroke.base.flow, is = stroke.totals.flow;
    /** @type {string[]} */
    const said = [];
    if (was && is) {
      const former = new Map(this.breaches(was).map(({ cap, column, share }) => [`${this.caps.indexOf(cap)} ${column}`, share]));
      const grown = this.breaches(is).filter(({ cap, column, share }) =>
        share > (former.get(`${this.caps.indexOf(cap)} ${column}`) ?? 0) + SLACK);
      grown.sort((x, y) => y.share / y.cap.most - x.share / x.cap.most);
      said.push(...grown.slice(0, MOST_BREACHES).map((breach) => this._sentence(breach, isDone)));
      if (grown.length > MOST_BREACHES) said.push(t("cap_more", { n: number(grown.length - MOST_BREACHES, true) }));
    }
    const moved = stroke.displaced;
    if (moved.length) {
      const names = moved.slice(0, MOST_NAMES).map((one) => one.name).filter(Boolean).join(", ");
      said.push(t(isDone ? "protected_moved" : "protected_moves", { n: number(moved.length, true), names: moved.length > MOST_NAMES ? `${names} …` : names }));
    }
    return said;
  }

  /**
   * @param {Breach} breach
   * @param {boolean} isDone
   */
  _sentence({ cap, column, share }, isDone) {
    return t((isDone ? HAPPENED : WOULD)[cap.per][cap.kind], {
      name: column < 0 ? "" : this.reps[column].name, share: tenths(share), most: tenths(cap.most), measure: cap.label,
    });
  }
}

/** @param {number} ratio */
function tenths(ratio) {
  return `${fixed(ratio * 100, 1)} %`;
}

/**
 * @template {{unit: number}} T
 * @param {T[]} list
 * @returns {Map<number, T[]>}
 */
function byUnit(list) {
  const map = new Map();
  for (const one of list) {
    if (one.unit < 0) continue;
    const known = map.get(one.unit);
    if (known) known.push(one);
    else map.set(one.unit, [one]);
  }
  return map;
}
