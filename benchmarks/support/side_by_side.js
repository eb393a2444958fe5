// @ts-check
/**
 * Times our map and stock Leaflet in one page: the same units, the same colours, the same box, each shown alone.
 * Owns the peer and the clock; run by benchmarks/map.py in the page of the real window.
 *
 * A time runs from the call until the sharp picture is in the canvas. Canvases record first and draw later, so one
 * pixel of every canvas is read back before the clock stops, on both sides.
 */
(() => {
  const app = window.__tm;
  const ours = app.map;
  const COLORS = app.plan.territories.map((t) => t.color);
  const shift = (n) => COLORS.map((_, i) => COLORS[(i + n) % COLORS.length]);
  let turn = 0;
  /** @type {any} */ let peer = null;
  /** @type {any} */ let layer = null;
  /** @type {any} */ let box = null;

  const force = (/** @type {HTMLCanvasElement[]} */ canvases) => {
    let sum = 0;
    for (const canvas of canvases) {
      if (!canvas.width) continue;
      sum += canvas.getContext("2d").getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[3];
    }
    return sum;
  };
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));

  const us = {
    map: ours,
    canvases: () => [...app.stage.box.querySelectorAll("canvas")],
    recolour(n) {
      const colors = shift(n);
      const rows = app.plan.territories.map((t, ix) => ({ ...t, ix, color: colors[ix], dark: colors[ix] }));
      app.setPatch({ rev: app.plan.rev, rows, units: [], to: [], locks: [], overrides: [] });
      app.stage.flush();
    },
    sharp: () => (app.stage.isSharp ? null : new Promise((done) => app.stage.whenPainted(done))),
  };

  const them = {
    get map() { return peer; },
    canvases: () => [...box.querySelectorAll("canvas")],
    recolour(n) {
      const colors = shift(n);
      layer.setStyle((feature) => ({ fillColor: colors[feature.properties.t] || "#ffffff" }));
      const renderer = Object.values(layer._layers)[0]._renderer;
      if (renderer._redrawRequest) {
        L.Util.cancelAnimFrame(renderer._redrawRequest);
        renderer._redraw();
      }
    },
    sharp: () => null,
  };

  async function time(side, act) {
    await frame();
    const begin = performance.now();
    act();
    const later = side.sharp();
    if (later) await later;
    force(side.canvases());
    return performance.now() - begin;
  }

  function show(side) {
    const isPeer = side === them;
    if (box) box.style.visibility = isPeer ? "visible" : "hidden";
    ours.getContainer().style.visibility = isPeer ? "hidden" : "visible";
  }

  const quiet = (side, center, zoom) => side.map.setView(center, zoom, { animate: false });

  window.bench = {
    /** Makes the peer's map over ours, of the same size. */
    async makePeer(url) {
      const data = await (await fetch(url)).json();
      const place = ours.getContainer().getBoundingClientRect();
      box = document.createElement("div");
      for (const [name, value] of Object.entries({
        position: "fixed", left: `${place.left}px`, top: `${place.top}px`, width: `${place.width}px`,
        height: `${place.height}px`, zIndex: "5000", background: "#fff", visibility: "hidden",
      })) box.style[name] = value;
      document.body.appendChild(box);
      const begin = performance.now();
      peer = L.map(box, {
        preferCanvas: true, zoomSnap: 0.25, minZoom: 2, maxZoom: 14, attributionControl: false, zoomControl: false,
        zoomAnimation: false, fadeAnimation: false,
      }).setView(ours.getCenter(), ours.getZoom(), { animate: false });
      const shown = app.plan.shown;
      data.features.forEach((f, u) => (f.properties.t = shown[u]));
      layer = L.geoJSON(data, {
        style: (f) => ({ color: "#555", weight: 0.75, fillColor: COLORS[f.properties.t] || "#ffffff", fillOpacity: 0.88 }),
      }).addTo(peer);
      force(them.canvases());
      return performance.now() - begin;
    },
    dropPeer() {
      if (!peer) return 0;
      peer.remove();
      box.remove();
      peer = layer = box = null;
      ours.getContainer().style.visibility = "visible";
      return 1;
    },
    /** Milliseconds of each repeat of a case on one side. */
    async run(who, what, n, options) {
      const side = who === "ours" ? us : them;
      show(side);
      const { center, zoom, from, px } = options;
      const out = [];
      quiet(side, center, zoom);
      await frame();
      for (let i = 0; i < n; i++) {
        if (what === "recolour") {
          out.push(await time(side, () => side.recolour(++turn)));
        } else if (what === "zoom") {
          quiet(side, center, from);
          await frame();
          out.push(await time(side, () => quiet(side, center, zoom)));
        } else {
          const dx = i % 2 ? -px : px;
          out.push(await time(side, () => side.map.panBy([dx, (i % 4 < 2 ? 1 : -1) * (px >> 1)], { animate: false })));
        }
      }
      if (what === "recolour") side.recolour(0);
      return out;
    },
    /** A place on a border near the middle of the map: x, y in the map's box, and the territory on one side. */
    border() {
      const { ground, plan, stage } = app;
      const { start, xy } = ground.levels.at(stage.frame.level);
      const size = ours.getSize();
      let best = null, nearest = Infinity;
      for (let a = 0; a < ground.left.length; a++) {
        const l = plan.shown[ground.left[a]], r = ground.right[a] < 0 ? -1 : plan.shown[ground.right[a]];
        if (l < 0 || r < 0 || l === r) continue;
        const i = start[a] * 2, [x, y] = stage.containerAt((xy[i] + xy[i + 2]) / 2, (xy[i + 1] + xy[i + 3]) / 2);
        const away = Math.hypot(x - size.x / 2, y - size.y / 2);
        if (away >= nearest) continue;
        nearest = away;
        best = [x, y, plan.territories[l].id];
      }
      return best;
    },
    /** Counts animation frames until told to stop. */
    watchFrames() {
      const marks = [performance.now()];
      let isOn = true;
      const tick = () => {
        marks.push(performance.now());
        if (isOn) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      window.stopFrames = () => {
        isOn = false;
        return marks.slice(1).map((t, i) => t - marks[i]);
      };
      return 1;
    },
  };
  return 1;
})();
