// @ts-check
/**
 * Sets of accounts as they cross the channel: a list of positions, or a bit for each account where that is shorter.
 * Owns the form on this side (mapview/account_sets.py is the other).
 *
 * @typedef {{n: number, list?: number[], bits?: string}} AccountSet  n: accounts of the plan
 */
import { bytesOfBase64 } from "./packed.js";

const BYTES_PER_LISTED = 7; // of an account in a list, roughly

/**
 * Marks the accounts of a set, by account_ix.
 * @param {AccountSet} set
 * @returns {Uint8Array}
 */
export function marksOf(set) {
  const marks = new Uint8Array(set.n);
  if (set.bits !== undefined) {
    const bytes = bytesOfBase64(set.bits);
    for (let a = 0; a < set.n; a++) marks[a] = (bytes[a >> 3] >> (a & 7)) & 1;
  }
  for (const a of set.list || []) marks[a] = 1;
  return marks;
}

/**
 * @param {Uint8Array} marks 1 = in the set, by account_ix
 * @returns {AccountSet}
 */
export function setOf(marks) {
  const n = marks.length;
  /** @type {number[]} */
  const list = [];
  const most = n / 6 / BYTES_PER_LISTED; // base64 has 6 bits a letter
  for (let a = 0; a < n; a++) {
    if (!marks[a]) continue;
    if (list.length > most) return { n, bits: bitsOf(marks) };
    list.push(a);
  }
  return { n, list };
}

/** @param {Uint8Array} marks */
function bitsOf(marks) {
  const bytes = new Uint8Array(Math.ceil(marks.length / 8));
  for (let a = 0; a < marks.length; a++) if (marks[a]) bytes[a >> 3] |= 1 << (a & 7);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
