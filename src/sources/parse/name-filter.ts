/** Metric names that are remembered: more than any endpoint has. */
const MAX_REMEMBERED = 10_000;

/** Which metric names are wanted. What has been decided about a name is remembered. */
export class NameFilter {
  readonly #pattern: RegExp | undefined;
  readonly #known = new Map<string, boolean>();

  /** @param globs names in which `*` stands for any characters; none: every name is wanted */
  constructor(globs: readonly string[]) {
    const patterns = globs.map((glob) => glob.split('*').map(escapePattern).join('.*'));
    this.#pattern = patterns.length === 0 ? undefined : new RegExp(`^(?:${patterns.join('|')})$`);
  }

  wants(name: string): boolean {
    if (this.#pattern === undefined) return true;
    let wanted = this.#known.get(name);
    if (wanted === undefined) {
      wanted = this.#pattern.test(name);
      if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
      this.#known.set(Buffer.from(name).toString(), wanted); // a copy, which keeps no document in memory
    }
    return wanted;
  }
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
