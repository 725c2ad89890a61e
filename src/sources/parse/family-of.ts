/** Sample name suffixes by type of family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** Maps each possible sample name to its name in `# TYPE`. */
export function ownersOf(types: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [name, type] of types) for (const suffix of SUFFIXES[type] ?? []) owners.set(name + suffix, name);
  // A family with exactly this name takes precedence over a suffix of another.
  for (const name of types.keys()) owners.set(name, name);
  return owners;
}
