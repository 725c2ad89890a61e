/** Maximum number of cached names; more than any endpoint has. */
const MAX_REMEMBERED = 10_000;

/** Filter for metric names, with a cache of its decisions. */
export class NameFilter {
  /** Each pattern split at its `*`. */
  readonly #globs: readonly (readonly string[])[];
  readonly #known = new Map<string, boolean>();

  /** @param globs patterns in which `*` matches any characters; empty: every name matches */
  constructor(globs: readonly string[]) {
    this.#globs = globs.map((glob) => glob.split('*'));
  }

  wants(name: string): boolean {
    if (this.#globs.length === 0) return true;
    let wanted = this.#known.get(name);
    if (wanted === undefined) {
      wanted = this.#globs.some((parts) => fits(name, parts));
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(Buffer.from(name).toString(), wanted); // a copy does not keep the document in memory
    }
    return wanted;
  }
}

/** Matches without a regular expression: with several `*`, one search in a name of a megabyte could take forever. */
function fits(name: string, [first = '', ...others]: readonly string[]): boolean {
  const last = others.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  // The earliest position of each part leaves the most characters for the next parts.
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
