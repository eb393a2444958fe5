// @ts-check
/**
 * What part of a cell's sum is of which kind. Owns this sum by kind; what the kinds are is accounts.js's.
 */

export class KindSums {
  /**
   * @param {any} accounts
   * @param {import("./accounts_cells.js").Sums} sums
   */
  constructor(accounts, sums) {
    this._accounts = accounts;
    this._start = sums.level.start;
    this._sum = new Float64Array(accounts.kindColors().length);
    /** kinds of the cell asked for last, the lowest first, and their sums as running shares of the whole */
    this.slices = { n: 0, kind: new Int32Array(this._sum.length), upTo: new Float64Array(this._sum.length) };
  }

  /**
   * Returns the slices of a cell; they are overwritten by the next. Numbers below 0 have no part.
   * @param {number} c
   * @returns {import("./accounts_pixels.js").Slices}
   */
  of(c) {
    const { _accounts: accounts, _start: start, _sum: sum, slices } = this;
    const { shown, value } = accounts.cells;
    const known = accounts.isByTerritory || !accounts.colouring ? null : accounts.colouring.kind;
    const { kind } = slices;
    let n = 0, all = 0;
    for (let p = start[c]; p < start[c + 1]; p++) {
      if (shown && !shown[p]) continue;
      const part = value ? value[p] : 1;
      if (!(part > 0)) continue;
      const k = known ? known[p] : accounts.kindOf(p);
      if (sum[k] === 0) kind[n++] = k;
      sum[k] += part;
      all += part;
    }
    kind.subarray(0, n).sort();
    let upTo = 0;
    for (let s = 0; s < n; s++) {
      upTo += sum[kind[s]] / all;
      slices.upTo[s] = upTo;
      sum[kind[s]] = 0;
    }
    slices.n = n;
    return slices;
  }

  /**
   * Returns kind and share of a cell's sum.
   * @param {number} c
   * @returns {[number, number][]}
   */
  shares(c) {
    const { n, kind, upTo } = this.of(c);
    return Array.from({ length: n }, (_, s) => [kind[s], upTo[s] - (s ? upTo[s - 1] : 0)]);
  }
}
