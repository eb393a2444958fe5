// @ts-check
/**
 * Sentences and numbers as people read them. The sentences come translated from Python (mapview/strings.py).
 * Owns their lookup and formatting; not the sentences.
 */

/** @type {Record<string, string>} */
let sentences = {};
let locale = "en-US";

/**
 * @param {Record<string, string>} strings
 * @param {string} language BCP 47
 */
export function setTexts(strings, language) {
  sentences = strings;
  locale = Intl.NumberFormat.supportedLocalesOf([language]).length ? language : "en-US";
  // The browser draws Chinese letters by it, not with the forms of another country.
  document.documentElement.lang = locale;
}

/**
 * Returns the sentence with {named} values put in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values) {
  const sentence = sentences[key] ?? key;
  if (!values) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * Returns a measure's number: as many digits as help, large ones shortened.
 * @param {number} value
 * @param {boolean} [isCount]
 * @returns {string}
 */
export function number(value, isCount = false) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size < 0.005) value = 0; // what sums leave over must not read as minus nothing
  if (size >= 1e7) return format(value, { notation: "compact", minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const digits = isCount || size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return format(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Returns a number with so many digits after the point; a dash where there is none.
 * @param {number | null} value
 * @param {number} digits
 */
export function fixed(value, digits) {
  if (value === null || !Number.isFinite(value)) return "–";
  return format(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Returns a number in so few letters that it fits into a circle, e.g. "940", "1.2K", "38M".
 * @param {number} value
 */
export function short(value) {
  return format(value, { notation: "compact", maximumSignificantDigits: Math.abs(value) < 1000 ? 3 : 2 });
}

/**
 * Returns two numbers in one style, so that they can be compared.
 * @param {number} before
 * @param {number} now
 * @param {boolean} isCount
 * @returns {[string, string]}
 */
export function pair(before, now, isCount) {
  const isLarge = Math.max(Math.abs(before), Math.abs(now)) >= 1e7;
  if (!isLarge) return [number(before, isCount), number(now, isCount)];
  const options = { notation: "compact", minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return [format(before, options), format(now, options)];
}

/**
 * Returns a change with its sign, e.g. "+12" or "−1,204".
 * @param {number} value
 * @param {boolean} [isCount]
 */
export function signed(value, isCount = false) {
  const text = number(Math.abs(value), isCount);
  return value > 0 ? `+${text}` : value < 0 ? `−${text}` : `±${text}`;
}

/**
 * Returns a ratio as percent, e.g. "104 %", in Chinese "104%"; a dash where there is none.
 * @param {number | null} ratio
 */
export function percent(ratio) {
  if (ratio === null || !Number.isFinite(ratio)) return "–";
  if (Math.abs(ratio) < 0.0005) ratio = 0;
  const sign = locale.startsWith("zh") ? "%" : " %";
  return ratio > 9.995 ? `> 999${sign}` : `${format(ratio * 100, { maximumFractionDigits: 0 })}${sign}`;
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {number} value
 * @param {any} options
 */
function format(value, options) {
  const key = locale + JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.NumberFormat(locale, options)));
  return made.format(value);
}

/**
 * Returns a text as Leaflet's line of attribution takes it, which is HTML.
 * @param {string} text
 */
export function attributionText(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}
