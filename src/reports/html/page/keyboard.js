/**
 * Adds keyboard control of the cursor: arrows move it from value to value, Shift by ten, Home and End to the first and
 * last; Escape hides it.
 * @param {HTMLElement} box element that gets the focus
 * @param {() => uPlot} plotNow
 */
export function readByKeyboard(box, plotNow) {
  const leave = () => plotNow().setCursor({ left: -10, top: -10 });
  box.addEventListener('keydown', (event) => {
    const plot = plotNow();
    const xs = plot.data[0];
    const to = placeFor(event, plot.cursor.idx ?? undefined, xs.length - 1);
    if (event.key === 'Escape') leave();
    if (to === undefined) return;
    plot.setCursor({ left: plot.valToPos(xs[Math.max(0, Math.min(xs.length - 1, to))] ?? 0, 'x'), top: 0 });
    event.preventDefault();
  });
  box.addEventListener('blur', leave);
}

/**
 * @param {KeyboardEvent} event
 * @param {number | undefined} at current index of the cursor
 * @param {number} last
 */
function placeFor({ key, shiftKey }, at, last) {
  const step = shiftKey ? 10 : 1;
  switch (key) {
    case 'ArrowRight':
      return at === undefined ? 0 : at + step;
    case 'ArrowLeft':
      return at === undefined ? last : at - step;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
