// Peers of the painter of accounts, in the same page: a pass over all points that thins them to one a cell, as the
// program drew them before; and stock Leaflet, one L.circleMarker an account on one canvas renderer.
(() => {
  const stage = () => __tm.stage;
  const sheet = () => stage().sheets.find((s) => s.painter.name === "accounts");
  const NO_POINT = -(2 ** 31);
  let taken = new Uint8Array(0);

  /** The former painter, its drawing unchanged. */
  function paintPlainly(ctx, frame, rect, xy) {
    const [west, south, east, north] = __tm.ground.meta.home;
    const px = frame.scale * 2 ** 30;
    const y = (lat) => (0.5 - Math.atanh(Math.sin((lat * Math.PI) / 180)) / (2 * Math.PI)) * px;
    const spacing = Math.sqrt((((east - west) / 360) * px * (y(south) - y(north))) / (xy.length / 2));
    const radius = Math.max(0.5, Math.min(3.4, spacing * 0.14));
    const cell = Math.max(1.5, radius * 1.3), margin = radius + 2;
    const { scale, ox, oy } = frame;
    const cx0 = Math.floor((rect.x0 - margin + ox) / cell), cy0 = Math.floor((rect.y0 - margin + oy) / cell);
    const nx = Math.ceil((rect.x1 + margin + ox) / cell) - cx0 + 1, ny = Math.ceil((rect.y1 + margin + oy) / cell) - cy0 + 1;
    if (taken.length < nx * ny) taken = new Uint8Array(nx * ny);
    else taken.fill(0, 0, nx * ny);
    const perStep = scale / cell;
    ctx.beginPath();
    for (let i = 0; i < xy.length; i += 2) {
      if (xy[i] === NO_POINT) continue;
      const cx = Math.floor(xy[i] * perStep) - cx0;
      if (cx < 0 || cx >= nx) continue;
      const cy = Math.floor(xy[i + 1] * perStep) - cy0;
      if (cy < 0 || cy >= ny || taken[cy * nx + cx]) continue;
      taken[cy * nx + cx] = 1;
      const x = xy[i] * scale - ox, y = xy[i + 1] * scale - oy;
      if (radius < 1.6) {
        ctx.rect(x - radius, y - radius, radius * 2, radius * 2);
      } else {
        ctx.moveTo(x + radius, y);
        ctx.arc(x, y, radius, 0, Math.PI * 2);
      }
    }
    if (radius >= 1.6) {
      ctx.strokeStyle = "rgba(255,255,255,0.9)";
      ctx.lineWidth = radius > 2.4 ? 2 : 1.2;
      ctx.stroke();
    }
    ctx.fillStyle = "rgba(22,30,42,0.66)";
    ctx.globalAlpha = Math.min(1, 0.4 + radius * 0.4);
    ctx.fill();
    ctx.globalAlpha = 1;
  }

  /** As sheet.js does it, in one copy of the world. */
  function paintRect(painter, frame, rect) {
    const { ctx } = sheet(), { dpr } = frame;
    const width = Math.ceil(rect.x1 * dpr), height = Math.ceil(rect.y1 * dpr);
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.beginPath();
    ctx.rect(0, 0, width, height);
    ctx.clip();
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    painter.paint(ctx, frame, { x0: 0, y0: 0, x1: width / dpr, y1: height / dpr });
    ctx.restore();
  }

  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  /** Waits until the canvas holds the picture: its pixels are drawn into a readable one, and one is read. */
  function settle(canvas) {
    probe.drawImage(canvas, 0, 0, 1, 1);
    probe.getImageData(0, 0, 1, 1);
  }

  /** Milliseconds of painting the sheet of accounts: all of it, or a strip of so many pixels at the left. */
  function time(who, n, { strip = 0, isNewZoom = false } = {}) {
    const { frame } = stage();
    const rect = { x0: 0, y0: 0, x1: strip || frame.width, y1: frame.height };
    const xy = who === "former" ? __tm.plan.accountXy : null;
    const own = sheet().painter, times = [];
    const painter = who === "ours" ? own : { name: "accounts", paint: (ctx, f, r) => paintPlainly(ctx, f, r, xy) };
    for (let i = 0; i < n; i++) {
      if (isNewZoom) {
        __tm.accounts.cells._sums.clear();
        __tm.accounts.index._levels.clear();
      }
      const begin = performance.now();
      paintRect(painter, frame, rect);
      settle(sheet().canvas);
      times.push(performance.now() - begin);
    }
    stage().ask("accounts");
    return times;
  }

  let layer = null, renderer = null;
  /** Makes one L.circleMarker an account; returns the milliseconds until they are painted. */
  function makeLeaflet() {
    const xy = __tm.plan.accountXy, begin = performance.now();
    renderer = L.canvas({ padding: 0.1 });
    const marks = [];
    for (let i = 0; i < xy.length; i += 2) {
      if (xy[i] === NO_POINT) continue;
      const lat = (Math.asin(Math.tanh((0.5 - xy[i + 1] / 2 ** 30) * 2 * Math.PI)) * 180) / Math.PI;
      marks.push(L.circleMarker([lat, (xy[i] / 2 ** 30 - 0.5) * 360], { renderer, radius: 2, weight: 0, fillOpacity: 0.6 }));
    }
    layer = L.layerGroup(marks).addTo(__tm.map);
    renderer._redraw();
    settle(renderer._ctx.canvas);
    return performance.now() - begin;
  }

  /** Milliseconds of Leaflet's redraw after a zoom: every mark is projected anew and painted. */
  function timeLeaflet(n) {
    const times = [];
    for (let i = 0; i < n; i++) {
      const begin = performance.now();
      for (const id in renderer._layers) renderer._layers[id]._reset();
      renderer._redraw();
      settle(renderer._ctx.canvas);
      times.push(performance.now() - begin);
    }
    return times;
  }

  function dropLeaflet() {
    __tm.map.removeLayer(layer);
    layer = renderer = null;
    return 1;
  }

  window.peers = { time, makeLeaflet, timeLeaflet, dropLeaflet };
  return true;
})();
