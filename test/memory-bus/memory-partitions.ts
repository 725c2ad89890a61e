interface Partition {
  readonly names: ReadonlySet<string>;
  /** `undefined`: all other members, and the server. */
  readonly others: ReadonlySet<string> | undefined;
}

/** Partitions between members of a network, by their names. */
export class Partitions {
  readonly #partitions = new Set<Partition>();

  /** Returns a function that ends the partition. */
  add(names: readonly string[], others: readonly string[] | undefined): () => void {
    const partition = { names: new Set(names), others: others && new Set(others) };
    this.#partitions.add(partition);
    return () => void this.#partitions.delete(partition);
  }

  separates(one: string, other: string): boolean {
    for (const { names, others } of this.#partitions) {
      if (names.has(one) && !names.has(other) && (others?.has(other) ?? true)) return true;
      if (names.has(other) && !names.has(one) && (others?.has(one) ?? true)) return true;
    }
    return false;
  }

  /** Whether a member is separated from the server. */
  isCutOff(name: string): boolean {
    return [...this.#partitions].some(({ names, others }) => others === undefined && names.has(name));
  }
}
