// @ts-check
/**
 * Reads the containers that Python packs (mapview/container.py): named typed arrays in one ArrayBuffer, not copied.
 * Owns the layout on this side; not what the arrays mean.
 *
 * @typedef {Record<string, any>} Meta
 * @typedef {{kind: string, meta: Meta, arrays: Record<string, any>}} Packed
 */

const VERSION = 1;
const TYPES = {
  u1: Uint8Array,
  i2: Int16Array,
  i4: Int32Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
};

/**
 * Returns the arrays of a container, checked against the buffer's size.
 * @param {ArrayBuffer} buffer
 * @param {string} kind
 * @returns {Packed}
 */
export function unpack(buffer, kind) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 12 || view.getUint32(0, false) !== 0x544d4150) throw new Error("not a container");
  if (view.getUint32(4, true) !== VERSION) throw new Error("container of another version");
  const headLength = view.getUint32(8, true);
  if (12 + headLength > buffer.byteLength) throw new Error("container is cut off");
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 12, headLength)));
  if (head.kind !== kind) throw new Error(`container holds ${head.kind}, not ${kind}`);
  const base = Math.ceil((12 + headLength) / 8) * 8;
  /** @type {Record<string, any>} */
  const arrays = {};
  for (const entry of head.arrays) {
    const Type = /** @type {any} */ (TYPES)[entry.dtype];
    if (!Type || entry.offset % 8 || base + entry.offset + entry.length > buffer.byteLength) {
      throw new Error(`array ${entry.name} is damaged`);
    }
    arrays[entry.name] = new Type(buffer, base + entry.offset, entry.length / Type.BYTES_PER_ELEMENT);
  }
  return { kind: head.kind, meta: head.meta, arrays };
}

/**
 * Fetches a container from the application's own scheme; null where a newer one has taken its place meanwhile.
 * @param {string} url
 * @param {string} kind
 * @returns {Promise<Packed | null>}
 */
export async function fetchPacked(url, kind) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const buffer = await answer.arrayBuffer();
  return buffer.byteLength ? unpack(buffer, kind) : null;
}

/**
 * Returns a container that stands in the page itself: base64 of deflated bytes (exported HTML).
 * @param {string} id
 * @param {string} kind
 * @returns {Promise<Packed>}
 */
export async function inlinedPacked(id, kind) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no ${id} in the page`);
  const bytes = bytesOfBase64((element.textContent || "").trim());
  const stream = new Blob([/** @type {any} */ (bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  return unpack(await new Response(stream).arrayBuffer(), kind);
}

/**
 * Returns the bytes of a base64 text.
 * @param {string} text
 * @returns {Uint8Array}
 */
export function bytesOfBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
