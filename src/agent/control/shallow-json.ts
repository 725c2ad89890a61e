/** Characters outside of quotes that a body of the control API may have. */
const MOST_OUTSIDE = 4096;

/**
 * Whether a JSON text consists of a few quoted texts, as every body of the control API does. Parsing 16 MiB of anything
 * else would block the main thread.
 */
export function isShallowJson(json: string): boolean {
  let outside = 0;
  let at = 0;
  for (;;) {
    const opening = json.indexOf('"', at);
    outside += (opening === -1 ? json.length : opening) - at;
    if (outside > MOST_OUTSIDE) return false;
    if (opening === -1) return true;
    at = closingQuote(json, opening) + 1;
    if (at === 0) return true; // not JSON, which the parser finds out at once
    outside++;
  }
}

/** Where a quoted text ends; -1 when it does not. */
function closingQuote(json: string, opening: number): number {
  for (let end = json.indexOf('"', opening + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let before = end - 1;
    while (json[before] === '\\') before--;
    if ((end - before) % 2 === 1) return end;
  }
  return -1;
}
