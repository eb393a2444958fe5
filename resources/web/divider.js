// @ts-check
/**
 * The line between two scenarios on the map, with the name of each on its side and a button that ends the comparing;
 * of a swipe it is dragged by mouse and keys. Owns its markup and its place; not what lies on either side.
 */
import { make } from "./markup.js";
import { t } from "./text.js";

const STEP = 0.02, LEAP = 0.1; // shares of the width, by keys
const REACH_PX = 16; // from the edge of the map, within which the line is held

export class Divider {
  /**
   * @param {boolean} isMovable
   * @param {number} share of the width at which it begins
   * @param {(share: number) => void} moved
   * @param {() => void} close
   */
  constructor(isMovable, share, moved, close) {
    this._moved = moved;
    this._isMovable = isMovable;
    this._share = share;
    this._hold = 0; // px from the line to where it is held
    /** @type {HTMLElement | null} */
    this.grip = null;
    this.element = make("div", "tm-divider");
    this._before = nameChip("tm-divider-before");
    this._now = nameChip("tm-divider-now");
    this._close = closeButton(close);
    this.element.append(make("span", "tm-divider-line"), this._before, this._close, this._now);
    if (isMovable) this._makeMovable();
    document.body.append(this.element);
    this._onResize = () => this._place();
    window.addEventListener("resize", this._onResize);
    this.move(share);
    const { grip } = /** @type {{grip: HTMLElement | null}} */ (this);
    if (grip) grip.focus({ preventScroll: true });
  }

  _makeMovable() {
    this.element.dataset.movable = "true";
    const grip = make("div", "tm-divider-grip");
    grip.tabIndex = 0;
    for (const [name, value] of [
      ["role", "slider"], ["aria-orientation", "horizontal"], ["aria-label", t("compare_swipe_help")],
      ["aria-valuemin", "0"], ["aria-valuemax", "100"], ["title", t("compare_swipe_help")],
    ]) grip.setAttribute(name, value);
    grip.append(make("span", "tm-divider-knob"));
    this.element.append(grip);
    this.grip = grip;
    grip.addEventListener("pointerdown", (e) => {
      if (e.button !== 0) return;
      grip.setPointerCapture(e.pointerId);
      this._hold = e.clientX - this._share * width();
      e.preventDefault();
      grip.focus({ preventScroll: true });
    });
    grip.addEventListener("pointermove", (e) => {
      if (grip.hasPointerCapture(e.pointerId)) this.move((e.clientX - this._hold) / width());
    });
    grip.addEventListener("dblclick", () => this.move(0.5));
    grip.addEventListener("keydown", (e) => this._key(e));
  }

  /** @param {KeyboardEvent} e */
  _key(e) {
    const by = e.shiftKey ? LEAP : STEP;
    /** @type {Record<string, number>} */
    const goals = {
      ArrowLeft: this._share - by, ArrowRight: this._share + by, PageDown: this._share - LEAP, PageUp: this._share + LEAP,
      Home: 0, End: 1,
    };
    if (!(e.key in goals) || e.ctrlKey || e.metaKey || e.altKey) return;
    this.move(goals[e.key]);
    e.preventDefault();
    e.stopPropagation();
  }

  /** @param {number} share of the width */
  move(share) {
    this._share = Math.max(0, Math.min(1, share));
    if (this.grip) this.grip.setAttribute("aria-valuenow", String(Math.round(this._share * 100)));
    this._place();
    this._moved(this._share);
  }

  _place() {
    const x = this._isMovable ? Math.round(width() * this._share) : Math.floor(width() / 2);
    this.element.style.transform = `translateX(${x}px)`;
    // At the very edge the line could not be taken hold of any more: what is held stays inside.
    const inside = Math.max(REACH_PX, Math.min(width() - REACH_PX, x)) - x;
    for (const part of [this._close, this.grip]) if (part) part.style.transform = inside ? `translateX(${inside}px)` : "";
  }

  /**
   * @param {string} before
   * @param {string} now
   */
  name(before, now) {
    this._before.textContent = before;
    this._now.textContent = now;
  }

  remove() {
    window.removeEventListener("resize", this._onResize);
    this.element.remove();
  }
}

/** What outline and fill stand for, and the button that ends the comparing. */
export class OutlineBar {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} close
   */
  constructor(parent, close) {
    this.element = make("div", "tm-compare-bar");
    this._before = nameChip("");
    this._now = nameChip("");
    this.element.append(
      make("span", "tm-sign tm-sign-outline"), this._before, make("span", "tm-sign tm-sign-fill"), this._now, closeButton(close),
    );
    parent.append(this.element);
    for (const name of ["pointerdown", "dblclick", "mousedown"]) this.element.addEventListener(name, (e) => e.stopPropagation());
  }

  /**
   * @param {string} before
   * @param {string} now
   */
  name(before, now) {
    this._before.textContent = before;
    this._now.textContent = now;
  }

  remove() {
    this.element.remove();
  }
}

function width() {
  return document.documentElement.clientWidth;
}

/** @param {string} kind */
function nameChip(kind) {
  const chip = make("span", `tm-compare-name ${kind}`);
  chip.dir = "auto";
  return chip;
}

/** @param {() => void} close */
function closeButton(close) {
  const button = /** @type {HTMLButtonElement} */ (make("button", "tm-compare-close", "×"));
  button.type = "button";
  button.title = t("compare_close");
  button.setAttribute("aria-label", t("compare_close"));
  button.addEventListener("click", close);
  button.addEventListener("pointerdown", (e) => e.stopPropagation());
  return button;
}
