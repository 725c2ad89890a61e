/** Suffixes of samples by the type of their family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** The name behind `# TYPE` for each name that a sample can have. */
export function ownersOf(types: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [name, type] of types) for (const suffix of SUFFIXES[type] ?? []) owners.set(name + suffix, name);
  // A family of that very name is no part of another.
  for (const name of types.keys()) owners.set(name, name);
  return owners;
}
