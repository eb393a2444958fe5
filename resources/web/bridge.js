// @ts-check
/**
 * The line to Python: QWebChannel in the window, nothing in an exported page. Owns transport and order of messages.
 */

const VERSION = 1;

export class Bridge {
  /**
   * @param {(message: any) => void | Promise<void>} receive
   */
  constructor(receive) {
    this._receive = receive;
    /** @type {any} */
    this._remote = null;
    /** @type {any[]} */
    this._waiting = [];
    /** @type {any[]} */
    this._queue = [];
    this._isBusy = false;
  }

  /** Connects to the object "bridge" of Python.
   * @returns {Promise<void>} */
  connect() {
    const w = /** @type {any} */ (window);
    return new Promise((resolve) => {
      new w.QWebChannel(w.qt.webChannelTransport, (/** @type {any} */ channel) => {
        this._remote = channel.objects.bridge;
        this._remote.sent.connect((/** @type {string} */ text) => this._take(JSON.parse(text)));
        const waiting = this._waiting;
        this._waiting = [];
        for (const message of waiting) this.send(message);
        resolve();
      });
    });
  }

  /** @param {any} message */
  send(message) {
    if (!this._remote) {
      this._waiting.push(message);
      return;
    }
    this._remote.receive(JSON.stringify({ v: VERSION, ...message }));
  }

  /** Messages are taken in the order in which Python sent them, one after another.
   * @param {any} message */
  _take(message) {
    if (message.v !== VERSION) throw new Error(`message of version ${message.v}`);
    this._queue.push(message);
    if (!this._isBusy) this._drain();
  }

  async _drain() {
    this._isBusy = true;
    try {
      while (this._queue.length) {
        const waiting = this._receive(this._queue.shift());
        if (waiting) await waiting;
      }
    } finally {
      this._isBusy = false;
    }
  }
}
