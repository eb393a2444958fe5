// @ts-check
/**
 * What the reader of an exported page has beside the map: search, layers, a card of what was found or tapped, and
 * links by the address (#territory=North, #unit=25017, #postal=02139, #account=KEY, #find=words).
 * Owns the panel; the search itself is reader_find.js's, the picture the painters'.
 */
import { lonLat } from "./ground.js";
import { make } from "./markup.js";
import { Finder } from "./reader_find.js";
import { LayerSwitches } from "./reader_layers.js";
import { linkTo } from "./reader_links.js";
import { spanOf } from "./span.js";
import { number, t } from "./text.js";

const MOST_SHOWN = 40;
const NEAR_DEG = 0.15; // around an account

export class Reader {
  /**
   * @param {any} app
   * @param {import("./reader_texts.js").AccountTexts} texts
   */
  constructor(app, texts) {
    this.app = app;
    this.texts = texts;
    const { plan, ground } = app;
    this.finder = new Finder(plan.territories, { code: ground.meta.code, name: ground.meta.name }, /** @type {any} */ (texts.meta));
    this.element = make("section", "tm-reader");
    this.element.setAttribute("aria-label", t("find"));
    this.input = /** @type {HTMLInputElement} */ (make("input", "tm-find"));
    this.list = make("div", "tm-find-list");
    this.card = make("div", "tm-reader-card");
    this.card.hidden = this.list.hidden = true;
    this.card.setAttribute("role", "status");
    /** @type {import("./reader_find.js").Found[]} */ this._found = [];
    this._at = -1; // of the list, by arrow keys
    this._frame = 0;
    this._dressInput();
    const title = document.querySelector(".tm-title");
    if (title) this.element.append(title);
    this.element.append(this.input, this.list, new LayerSwitches(app).element, this.card);
    document.body.append(this.element);
    window.addEventListener("hashchange", () => this.follow());
    app.map.on("click", (/** @type {any} */ e) => {
      if (!app.tools.isControl(e.originalEvent)) this._tapped(e.containerPoint);
    });
    app.map.getContainer().addEventListener("pointerdown", () => this.close());
  }

  _dressInput() {
    const { input, list } = this;
    Object.assign(input, { type: "search", autocomplete: "off", spellcheck: false, placeholder: this._placeholder() });
    list.id = "tm-find-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", t("find_found"));
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-label": this._placeholder(),
      "aria-expanded": "false", enterkeyhint: "search",
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this._soon());
    input.addEventListener("focus", () => {
      this._soon();
      window.setTimeout(() => this.finder.prepare(), 0);
    });
    input.addEventListener("keydown", (e) => this._key(e));
  }

  _placeholder() {
    return t(this.texts.n ? "find_account" : "find_unit");
  }

  // -- search ---------------------------------------------------------------------------------------------------------

  _soon() {
    cancelAnimationFrame(this._frame);
    this._frame = requestAnimationFrame(() => this.search());
  }

  /** Shows what fits the words in the box. */
  search() {
    const text = this.input.value;
    const { found, n } = this.finder.find(text, MOST_SHOWN);
    this._found = found;
    this._at = -1;
    this.input.removeAttribute("aria-activedescendant");
    const rows = found.map((item, i) => this._row(item, i));
    if (n > found.length) rows.push(make("div", "tm-find-note", t("find_more", { n: number(n - found.length, true) })));
    if (!n && text.trim()) rows.push(make("div", "tm-find-note", t("find_none", { text: text.trim() })));
    this.list.replaceChildren(...rows);
    this._open(rows.length > 0);
  }

  /** @param {boolean} isOpen */
  _open(isOpen) {
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
  }

  /** Puts the list away; the words stay. */
  close() {
    this._open(false);
  }

  /**
   * @param {import("./reader_find.js").Found} item
   * @param {number} i
   */
  _row(item, i) {
    const { ix, label, note } = this._said(item);
    const row = make("div", "tm-find-row");
    row.id = `tm-find-${i}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const swatch = make("span", ix < 0 ? "tm-swatch tm-swatch-none" : "tm-swatch");
    if (ix >= 0) swatch.style.background = this.app.shading.swatch(ix);
    const words = make("span", "tm-find-words");
    words.append(make("span", "tm-find-name", label), make("span", "tm-find-of", note));
    row.append(swatch, words);
    // The press must not take the focus from the box before the click is there.
    row.addEventListener("pointerdown", (e) => e.preventDefault());
    row.addEventListener("click", () => this.choose(item));
    return row;
  }

  /**
   * Territory, name, and what kind of thing it is and where.
   * @param {import("./reader_find.js").Found} item
   */
  _said({ kind, at }) {
    const { plan, ground } = this.app;
    const nameOf = (/** @type {number} */ ix) => (ix < 0 ? t("unassigned") : plan.territories[ix].name);
    if (kind === "territory") {
      return { ix: at, label: plan.territories[at].name, note: plan.territories[at].rep || t("vacant") };
    }
    if (kind === "unit") {
      const ix = plan.shown[at], code = ground.meta.code[at], name = ground.name(at);
      return { ix, label: name === code ? code : `${code} ${name}`, note: nameOf(ix) };
    }
    if (kind === "postal") {
      const { first, n } = this.finder.postalOf(at);
      const note = [this.texts.meta.city[first], t("n_accounts", { n: number(n, true) })].filter(Boolean).join(" · ");
      return { ix: this.texts.territory[first], label: this.finder.postals[at], note };
    }
    const ix = this.texts.territory[at], { name, key } = this.texts.meta;
    return { ix, label: name[at] || key[at], note: [this.texts.place(at), nameOf(ix)].filter(Boolean).join(" · ") };
  }

  /** @param {KeyboardEvent} e */
  _key(e) {
    const { list } = this;
    if (e.key === "Escape") {
      if (list.hidden) this.input.value = "";
      this.close();
    } else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      if (list.hidden) this.search();
      else this._mark(this._at + (e.key === "ArrowDown" ? 1 : -1));
    } else if (e.key === "Enter") {
      if (list.hidden || !this._found.length) this.search(); // typed faster than the list came
      if (this._found.length) this.choose(this._found[Math.max(0, this._at)]);
    } else return;
    e.preventDefault();
    e.stopPropagation();
  }

  /** @param {number} at */
  _mark(at) {
    const n = this._found.length;
    if (!n) return;
    this._at = (at + n) % n;
    for (let i = 0; i < n; i++) this.list.children[i].setAttribute("aria-selected", String(i === this._at));
    this.list.children[this._at].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", `tm-find-${this._at}`);
  }

  /** @param {import("./reader_find.js").Found} item */
  choose(item) {
    this.close();
    this.input.blur();
    if (item.kind === "territory") this.openTerritory(item.at);
    else if (item.kind === "unit") this.openUnit(item.at);
    else if (item.kind === "postal") this.openPostal(this.finder.postals[item.at]);
    else this.openAccount(item.at);
  }

  // -- what is opened -------------------------------------------------------------------------------------------------

  /** @param {number} ix */
  openTerritory(ix) {
    const { app } = this;
    this._show(app.tooltip.partsOfTerritory(ix), linkTo("territory", app.plan.territories[ix].name));
    app.camera.flyToTerritory(ix);
    app.choice.highlight(ix);
  }

  /** @param {number} u */
  openUnit(u) {
    const { app } = this;
    this._show(app.tooltip.partsOfUnit(u, true), linkTo("unit", app.ground.meta.code[u]));
    const box = spanOf(app.ground, [u]);
    if (box) {
      const [west, north] = lonLat(box[0], box[1]), [east, south] = lonLat(box[2], box[3]);
      const more = Math.max(east - west, north - south); // its neighbours too
      app.camera.flyTo([west - more, south - more / 2, east + more, north + more / 2]);
    }
    app.choice.units = new Set([u]);
    app.choice.highlight(app.plan.shown[u]);
    app.stage.ask("overlay");
  }

  /** @param {number} a account_ix */
  openAccount(a) {
    const { app, texts } = this;
    const p = app.accounts.pointOf(a), ix = texts.territory[a];
    const parts = [...app.accountTip.partsOf(a), ...(ix >= 0 ? app.tooltip.partsOfTerritory(ix) : [])];
    const link = texts.meta.key[a] ? linkTo("account", texts.meta.key[a]) : "";
    this._show(parts, link);
    if (p >= 0) {
      const { xy } = app.accounts.index;
      const [lon, lat] = lonLat(xy[p * 2], xy[p * 2 + 1]);
      app.camera.flyTo([lon - NEAR_DEG, lat - NEAR_DEG, lon + NEAR_DEG, lat + NEAR_DEG]);
      const marks = new Uint8Array(app.accounts.nAccounts);
      marks[a] = 1;
      app.accounts.select(marks);
      app.choice.highlight(ix);
    } else if (texts.unit[a] >= 0) {
      this.openUnit(texts.unit[a]); // it has no place of its own
      this._show(parts, link);
    } else if (ix >= 0) {
      this.openTerritory(ix);
      this._show(parts, link);
    }
  }

  /**
   * Shows the accounts of a postal code.
   * @param {string} postal
   */
  openPostal(postal) {
    const { app, texts } = this;
    const marks = new Uint8Array(app.accounts.nAccounts);
    const owners = new Map();
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let n = 0;
    texts.meta.postal.forEach((/** @type {string} */ code, /** @type {number} */ a) => {
      if (code !== postal) return;
      n++;
      marks[a] = 1;
      owners.set(texts.territory[a], (owners.get(texts.territory[a]) || 0) + 1);
      const p = app.accounts.pointOf(a);
      if (p < 0) return;
      const [lon, lat] = lonLat(app.accounts.index.xy[p * 2], app.accounts.index.xy[p * 2 + 1]);
      [box[0], box[1]] = [Math.min(box[0], lon), Math.min(box[1], lat)];
      [box[2], box[3]] = [Math.max(box[2], lon), Math.max(box[3], lat)];
    });
    const title = make("div", "tm-tip-title");
    title.append(make("span", "tm-tip-name", postal), make("span", "tm-tip-code", t("n_accounts", { n: number(n, true) })));
    const parts = [title];
    for (const [ix, own] of [...owners].sort((a, b) => b[1] - a[1])) {
      parts.push(...(ix < 0 ? [make("div", "tm-tip-owner", t("unassigned"))] : app.tooltip.partsOfTerritory(ix)));
      if (owners.size > 1) parts.push(make("div", "tm-tip-parent", t("n_accounts", { n: number(own, true) })));
    }
    this._show(parts, linkTo("postal", postal));
    app.accounts.select(marks);
    if (box[0] <= box[2]) {
      app.camera.flyTo([box[0] - NEAR_DEG, box[1] - NEAR_DEG, box[2] + NEAR_DEG, box[3] + NEAR_DEG]);
    }
  }

  /**
   * A click or tap on the map: what lies there, for a finger cannot hover.
   * @param {{x: number, y: number}} at
   */
  _tapped({ x, y }) {
    const { app } = this;
    const u = app.unitUnder(x, y), hit = app.accountTip.at(x, y);
    if (u < 0 && !hit) return this.hide();
    const parts = hit ? [hit.element.cloneNode(true)] : [];
    if (u >= 0 && !(hit && hit.isAlone)) parts.push(...app.tooltip.partsOfUnit(u));
    const ix = u < 0 ? -1 : app.plan.shown[u];
    this._show(parts, ix < 0 ? "" : linkTo("territory", app.plan.territories[ix].name));
  }

  /**
   * @param {Node[]} parts
   * @param {string} link
   */
  _show(parts, link) {
    const close = /** @type {HTMLButtonElement} */ (make("button", "tm-reader-close", "×"));
    close.type = "button";
    close.setAttribute("aria-label", t("close"));
    close.addEventListener("click", () => this.hide());
    const foot = link ? [make("a", "tm-reader-link", t("link_here"))] : [];
    for (const a of foot) /** @type {HTMLAnchorElement} */ (a).href = link;
    this.app.tooltip.hide();
    this.card.replaceChildren(...parts, ...foot, close);
    this.card.hidden = false;
  }

  /** Room that the card takes from the map, left and at the foot, in pixels. */
  margins() {
    if (this.card.hidden) return { left: 0, foot: 0 };
    const box = this.card.getBoundingClientRect(), { x, y } = this.app.map.getSize();
    const isAtFoot = box.width > x * 0.8;
    return isAtFoot ? { left: 0, foot: Math.max(0, y - box.top) } : { left: x > 900 ? box.right : 0, foot: 0 };
  }

  hide() {
    this.card.hidden = true;
    this.app.choice.units = new Set();
    this.app.choice.highlight(-1);
  }

  // -- links ----------------------------------------------------------------------------------------------------------

  /** Opens what the address names; says so where there is no such thing. */
  follow() {
    const wanted = new URLSearchParams(location.hash.slice(1).replace(/\+/g, "%2B"));
    for (const [kind, value] of wanted) {
      if (kind === "find") {
        this.input.value = value;
        return this.search();
      }
      const at = this._named(kind, value);
      if (at === undefined) continue;
      if (at < 0) return this.app.hint.show(t("link_nowhere", { name: value }), "warning");
      if (kind === "postal") return this.openPostal(value);
      if (kind === "territory") return this.openTerritory(at);
      return kind === "unit" ? this.openUnit(at) : this.openAccount(at);
    }
  }

  /**
   * Position of what is called so, -1 = none; undefined = no such kind.
   * @param {string} kind
   * @param {string} value
   * @returns {number | undefined}
   */
  _named(kind, value) {
    const { plan, ground } = this.app;
    if (kind === "territory") return plan.territories.findIndex((/** @type {any} */ x) => x.name === value);
    if (kind === "unit") return ground.meta.code.indexOf(value);
    if (kind === "postal") return this.texts.meta.postal.indexOf(value);
    return kind === "account" ? this.texts.meta.key.indexOf(value) : undefined;
  }
}
