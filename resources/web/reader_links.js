// @ts-check
/**
 * Addresses of things on an exported page: what stands behind the # and opens them. Owns their form only.
 */

/**
 * Address of a thing on this page.
 * @param {"territory" | "unit" | "postal" | "account"} kind
 * @param {string} name
 */
export function linkTo(kind, name) {
  return `#${kind}=${encodeURIComponent(name)}`;
}
