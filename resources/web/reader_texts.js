// @ts-check
/**
 * What an exported page knows of single accounts, where the file may hold it. Owns the reading of the container
 * "account_texts"; how it is said is up to accounts_tip.js and reader.js.
 */
import { number } from "./text.js";

export class AccountTexts {
  /** @param {import("./packed.js").Packed} packed container "account_texts" */
  constructor({ meta, arrays }) {
    this.meta = meta;
    this.n = meta.name.length;
    /** territory_ix of each account, -1 = none
     * @type {Int32Array} */
    this.territory = arrays.territory;
    /** unit of each account, -1 = in none
     * @type {Int32Array} */
    this.unit = arrays.unit;
    this._level = arrays.level;
    this._value = arrays.value;
  }

  /** @param {number} a account_ix */
  place(a) {
    const { postal, city, state } = this.meta;
    return [postal[a], city[a], state[a]].filter(Boolean).join(" ");
  }

  /**
   * What is said of an account, in the form in which Python answers "account_hover"; null where nothing is known.
   * @param {number} a account_ix
   */
  row(a) {
    if (a >= this.n) return null;
    const { name, key, levels, numbers } = this.meta;
    /** @type {[string, string][]} */
    const facts = [];
    numbers.forEach((/** @type {string} */ label, /** @type {number} */ m) => {
      const value = this._value[m * this.n + a];
      if (Number.isFinite(value)) facts.push([label, number(value)]);
    });
    return {
      name: name[a] || key[a], key: name[a] ? key[a] : "", place: this.place(a), level: levels[this._level[a]],
      is_override: false, reason: "", unit: "", facts,
    };
  }
}
