// @ts-check
/**
 * Finds territories, units and accounts by what is typed: codes and names, their beginnings first, accents and letter
 * case aside. Owns the index and the order of what is found; not its markup (reader.js).
 *
 * @typedef {{kind: "territory" | "unit" | "postal" | "account", at: number, rank: number}} Found  at: territory_ix, unit,
 *   position among the postal codes, or account_ix; rank: 0 is all of a code or name, 1 its beginning, 2 the beginning of a word in it, 3 somewhere
 */

const KINDS = /** @type {const} */ (["territory", "unit", "postal", "account"]);
const RANKS = 4;
const MOST_SORTED = 3000;
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670]/g; // Latin, Hebrew, Arabic

/**
 * Returns text as it is compared: small, without accents, single blanks.
 * @param {string} text
 */
export function folded(text) {
  return text.normalize("NFKD").replace(MARKS, "").toLowerCase().replace(/ß/g, "ss").replace(/\s+/g, " ").trim();
}

export class Finder {
  /**
   * @param {{name: string, rep: string}[]} territories
   * @param {{code: string[], name: string[]}} units
   * @param {{name: string[], key: string[], postal: string[], city: string[]}} accounts those that the file tells of
   */
  constructor(territories, units, accounts) {
    /** postal codes of the accounts, each once; those that are units are found as such */
    this.postals = /** @type {string[]} */ ([]);
    /** first account of each, and how many there are
     * @type {{first: number, n: number}[]} */
    this._ofPostal = [];
    this._gatherPostals(accounts.postal, new Set(units.code));
    this._sources = {
      postal: this.postals.map((code) => [code]),
      territory: territories.map((x) => [x.name, x.rep]),
      unit: units.code.map((code, u) => [code, units.name[u]]),
      account: accounts.name.map((name, a) => [name, accounts.key[a], accounts.postal[a], accounts.city[a]]),
    };
    /** folded texts of each, made when first asked for
     * @type {Record<string, string[][]> | null} */
    this._index = null;
  }

  /**
   * @param {string[]} codes of the accounts
   * @param {Set<string>} units codes that are units
   */
  _gatherPostals(codes, units) {
    /** @type {Map<string, number>} */
    const place = new Map();
    codes.forEach((code, a) => {
      if (!code || units.has(code)) return;
      const at = place.get(code);
      if (at !== undefined) {
        this._ofPostal[at].n++;
        return;
      }
      place.set(code, this.postals.length);
      this.postals.push(code);
      this._ofPostal.push({ first: a, n: 1 });
    });
  }

  /** @param {number} at among the postal codes */
  postalOf(at) {
    return this._ofPostal[at];
  }

  /**
   * The best that fit, and how many there are in all.
   * @param {string} text
   * @param {number} most
   * @returns {{found: Found[], n: number}}
   */
  find(text, most) {
    const words = folded(text).split(" ").filter(Boolean);
    if (!words.length) return { found: [], n: 0 };
    const index = this._folded();
    /** positions by rank and kind, the best first
     * @type {number[][]} */
    const buckets = Array.from({ length: RANKS * KINDS.length }, () => []);
    KINDS.forEach((kind, k) => {
      index[kind].forEach((texts, at) => {
        const rank = rankOf(texts, words);
        if (rank < RANKS) buckets[rank * KINDS.length + k].push(at);
      });
    });
    /** @type {Found[]} */
    const found = [];
    buckets.forEach((all, b) => {
      const rank = Math.floor(b / KINDS.length), kind = KINDS[b % KINDS.length];
      if (found.length >= most) return;
      // Of very many the first as they come: to put them in order would make who types wait.
      if (all.length <= MOST_SORTED) all.sort((x, y) => compare(index[kind][x][0], index[kind][y][0]));
      for (const at of all.slice(0, most - found.length)) found.push({ kind, at, rank });
    });
    return { found, n: buckets.reduce((sum, all) => sum + all.length, 0) };
  }

  /** Makes the index, which takes a moment for a hundred thousand accounts, before the first word is typed. */
  prepare() {
    this._folded();
  }

  _folded() {
    if (!this._index) {
      this._index = {};
      for (const kind of KINDS) this._index[kind] = this._sources[kind].map((texts) => texts.map((x) => folded(x || "")));
    }
    return this._index;
  }
}

/**
 * How well texts fit words, all of which must stand in them; RANKS = not.
 * @param {string[]} texts
 * @param {string[]} words
 */
function rankOf(texts, words) {
  const whole = words.join(" ");
  let best = RANKS;
  for (const text of texts) {
    if (!text) continue;
    const at = text.indexOf(whole);
    if (at === 0) best = Math.min(best, text.length === whole.length ? 0 : 1);
    else if (at > 0) best = Math.min(best, isWordStart(text, at) ? 2 : 3);
  }
  if (best < RANKS || words.length === 1) return best;
  return words.every((word) => texts.some((text) => text.includes(word))) ? 3 : RANKS;
}

/**
 * @param {string} text
 * @param {number} at
 */
function isWordStart(text, at) {
  const before = text[at - 1];
  return !/[0-9]/.test(before) && before.toLowerCase() === before.toUpperCase();
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  return a.localeCompare(b, undefined, { numeric: true });
}
