// @ts-check
/**
 * The legend's part about accounts: how large a circle is for which number, what its colours mean, what is left out.
 * Owns its markup; legend.js puts it in.
 */
import { BY_LEVEL, BY_TERRITORY } from "./accounts.js";
import { radiusOf } from "./accounts_cells.js";
import { make } from "./markup.js";
import { number, short, t } from "./text.js";
import { theme } from "./theme.js";

const SAMPLE_PX = [3.2, 8, 15]; // about these radii are shown

/**
 * @param {any} app
 * @returns {HTMLElement[]}
 */
export function accountRows(app) {
  const { accounts, options, stage } = app;
  if (!accounts.n || !options.show_accounts || !stage) return [];
  const { sizing } = accounts;
  const area = sizing ? t("accounts_area_of", { measure: sizing.title }) : t("accounts_area");
  const rows = [menuButton(app), make("div", "tm-legend-head", area)];
  rows.push(samples(accounts, stage.frame));
  if (accounts.isByTerritory) {
    rows.push(make("div", "tm-legend-head", t("accounts_by_territory")), row(theme.account, t("accounts_unassigned")));
  } else if (accounts.colouring) {
    const { key, title } = accounts.colouring;
    const head = key === BY_LEVEL ? t("accounts_by_level") : t("accounts_by", { title });
    rows.push(make("div", "tm-legend-head", head), ...kinds(accounts));
  }
  const note = filterNote(accounts);
  if (note) rows.push(make("div", "tm-legend-note", note));
  return rows;
}

/** @param {any} app */
function menuButton(app) {
  const button = /** @type {HTMLButtonElement} */ (make("button", "tm-account-menu", t("accounts_head")));
  button.type = "button";
  if (app.mode === "export") return choiceBox(app);
  button.title = t("accounts_menu_help");
  button.setAttribute("aria-haspopup", "menu");
  button.addEventListener("click", () => {
    const box = button.getBoundingClientRect(), from = app.map.getContainer().getBoundingClientRect();
    app.send({ kind: "account_menu", x: Math.round(box.left - from.left), y: Math.round(box.bottom - from.top + 2) });
  });
  return button;
}

/**
 * A list of what the reader of an exported page can colour accounts by.
 * @param {any} app
 */
function choiceBox(app) {
  const { accounts } = app;
  const head = make("label", "tm-account-head");
  const box = /** @type {HTMLSelectElement} */ (make("select", "tm-account-choice"));
  const choices = [["plain", t("accounts_plain")], [BY_TERRITORY, t("accounts_territory")]];
  for (const { key, title } of accounts.offered) choices.push([key, title]);
  for (const [key, title] of choices) box.append(new Option(title, key));
  box.value = accounts.isByTerritory ? BY_TERRITORY : accounts.colouring ? accounts.colouring.key : "plain";
  box.addEventListener("change", () => accounts.choose(box.value));
  head.append(make("span", "", `${t("accounts_head")} `), box);
  return head;
}

/** @param {any} accounts */
function filterNote(accounts) {
  if (!accounts.cells.shown) return "";
  const values = { n: number(accounts.cells.nShown, true), all: number(accounts.n, true) };
  const words = { table: "accounts_filtered", territory: "accounts_of_territory" };
  return t(words[/** @type {"table"} */ (accounts.shows)] || "accounts_covered", values);
}

/** @param {any} accounts */
function kinds(accounts) {
  const { colouring } = accounts;
  const colors = accounts.kindColors(), counts = accounts.kindCounts();
  /** @type {HTMLElement[]} */
  const rows = [];
  colouring.labels.forEach((/** @type {string} */ _label, /** @type {number} */ kind) => {
    if (colouring.n[kind]) rows.push(row(colors[kind], accounts.kindLabel(kind), number(counts[kind], true)));
  });
  return rows;
}

/**
 * @param {string} color
 * @param {string} text
 * @param {string} [value]
 */
function row(color, text, value) {
  const element = make("div", "tm-legend-row");
  const holder = make("span", "tm-account-sign"), dot = make("span", "tm-account-dot");
  dot.style.background = color;
  holder.append(dot);
  element.append(holder, make("span", "tm-legend-kind", text));
  if (value) element.append(make("span", "tm-legend-n tm-account-n", value));
  return element;
}

/**
 * Circles for round numbers at the size that they have on the map now.
 * @param {any} accounts
 * @param {import("./stage.js").Frame} frame
 */
function samples(accounts, frame) {
  const sums = accounts.cells.at(frame), scale = accounts.cells.scale(frame, sums);
  const element = make("div", "tm-account-samples");
  for (const value of roundValues(accounts, scale)) {
    const dot = make("span", "tm-account-dot");
    dot.style.width = dot.style.height = `${2 * radiusOf(scale, value)}px`;
    dot.style.background = theme.account;
    const item = make("span", "tm-account-sample");
    item.append(dot, make("span", "", short(value)));
    element.append(item);
  }
  if (accounts.sizing && accounts.hasHollow) {
    const item = make("span", "tm-account-sample");
    item.append(make("span", "tm-account-dot tm-account-hollow"), make("span", "", t("accounts_hollow")));
    element.append(item);
  }
  return element;
}

/**
 * @param {any} accounts
 * @param {import("./accounts_cells.js").Scale} scale
 */
function roundValues(accounts, scale) {
  if (!scale.perValue) return [];
  const values = new Set();
  for (const radius of SAMPLE_PX) {
    const value = roundNumber((Math.PI * Math.min(radius, scale.most) ** 2) / scale.perValue);
    values.add(accounts.sizing ? value : Math.max(1, Math.round(value)));
  }
  return [...values];
}

/** The nearest of 1, 2, 5, 10, 20, 50 ...
 * @param {number} value */
function roundNumber(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * power;
}
