// @ts-check
/**
 * Two Leaflet maps that show the same place: dragging, zooming and flights of one are made by the other in the same
 * frame. Owns who follows whom; not what the maps show.
 */

/**
 * Couples two maps; returns how to end that.
 * @param {any} main
 * @param {any} other
 * @param {boolean} isMutual whether the other leads too
 * @returns {() => void}
 */
export function coupleMaps(main, other, isMutual) {
  const gate = { isShut: false }; // what a follower does must not come back to its leader
  const ends = [follow(main, other, gate)];
  if (isMutual) ends.push(follow(other, main, gate));
  return () => {
    for (const end of ends) end();
  };
}

/**
 * @param {any} leader
 * @param {any} follower
 * @param {{isShut: boolean}} gate
 */
function follow(leader, follower, gate) {
  let isFlying = false; // the follower's zoom is on its way
  const guarded = (/** @type {(e: any) => void} */ act) => (/** @type {any} */ e) => {
    if (gate.isShut) return;
    gate.isShut = true;
    try {
      act(e);
    } finally {
      gate.isShut = false;
    }
  };
  const place = () => {
    // A zoom of its own that still runs would end at its own goal.
    if (follower._animatingZoom) follower._onZoomTransitionEnd();
    if (leader.getZoom() !== follower.getZoom()) {
      if (!isFlying) follower._moveStart(true, false);
      isFlying = true;
      follower._move(leader.getCenter(), leader.getZoom(), { flyTo: true });
      return;
    }
    const by = middle(leader).subtract(middle(follower)).round();
    if (!by.x && !by.y) return;
    follower._rawPanBy(by);
    follower.fire("move");
  };
  const events = {
    zoomanim: guarded((e) => {
      follower._stop();
      if (!follower._animatingZoom) follower._moveStart(true, false);
      follower._animateZoom(e.center, e.zoom, true, e.noUpdate);
    }),
    move: guarded(place),
    moveend: guarded(() => {
      place();
      const wasFlying = isFlying;
      isFlying = false;
      follower._moveEnd(wasFlying);
    }),
  };
  leader.on(events);
  return () => leader.off(events);
}

/** Middle of what a map shows, in pixels of the world. @param {any} map */
function middle(map) {
  return map.getPixelBounds().getCenter();
}
