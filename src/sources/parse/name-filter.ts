/** Metric names that are remembered: more than any endpoint has. */
const MAX_REMEMBERED = 10_000;

/** Which metric names are wanted. What has been decided about a name is remembered. */
export class NameFilter {
  /** Each cut at its stars. */
  readonly #globs: readonly (readonly string[])[];
  readonly #known = new Map<string, boolean>();

  /** @param globs names in which `*` stands for any characters; none: every name is wanted */
  constructor(globs: readonly string[]) {
    this.#globs = globs.map((glob) => glob.split('*'));
  }

  wants(name: string): boolean {
    if (this.#globs.length === 0) return true;
    let wanted = this.#known.get(name);
    if (wanted === undefined) {
      wanted = this.#globs.some((parts) => fits(name, parts));
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(Buffer.from(name).toString(), wanted); // a copy, which keeps no document in memory
    }
    return wanted;
  }
}

/** Without a regular expression: with several stars, a source could make one search for ever in a name of a megabyte. */
function fits(name: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  // The earliest place for each part leaves the most for those behind it.
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
