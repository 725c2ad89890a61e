import type { SourceScrape } from '../attempt.ts';
import type { Profile, ProfileFamily } from './profile.ts';
import { PROFILES } from './registry.ts';
import { spellingsOf } from './source-phases.ts';
import { ownersOf } from '../parse/series.ts';

/** A difference between an endpoint and its system's documentation. */
export interface Difference {
  readonly kind: 'missing' | 'extra' | 'type' | 'labels';
  readonly family: string;
  /** Human-readable, without the family's name. */
  readonly message: string;
}

/** Result of a comparison. */
export interface ConformanceCheck {
  readonly differences: readonly Difference[];
  /** Documented families that are present, with or without differences. */
  readonly found: number;
  readonly documented: number;
  /** Present families outside of the profile: those of the runtime, or of others. */
  readonly others: number;
}

/** Compares the families of an endpoint with its system's documentation. */
export function checkConformance(profile: Profile, reading: SourceScrape): ConformanceCheck {
  const observed = observeFamilies(reading);
  const differences: Difference[] = [];
  const known = new Set<string>();
  for (const family of profile.families) {
    const found = spellingsOf(family.name, profile.prefix).find((name) => observed.has(name));
    const is = found === undefined ? undefined : observed.get(found);
    if (is === undefined) {
      differences.push({ kind: 'missing', family: family.name, message: 'is missing' });
    } else {
      known.add(is.name);
      differences.push(...compareFamily(family, is, profile.moreLabels === true));
    }
  }
  const others = [...observed.keys()].filter((name) => !known.has(name));
  const extra = others.filter((name) => profile.own?.test(name) === true);
  differences.push(...extra.map((family) => ({ kind: 'extra' as const, family, message: 'is not documented' })));
  return {
    differences,
    found: known.size,
    documented: profile.families.length,
    others: others.length - extra.length,
  };
}

/**
 * Returns the profile with the highest ratio of present families; `undefined` when none is present. A runtime profile
 * only counts when no other matches: almost every Go system is also a Go process.
 */
export function guessProfile(reading: SourceScrape): Profile | undefined {
  const observed = observeFamilies(reading);
  const shares = Object.values(PROFILES).map((profile) => {
    const { families, prefix, ofRuntime = false } = profile;
    const found = families.filter(({ name }) => spellingsOf(name, prefix).some((spelling) => observed.has(spelling)));
    return { profile, ofRuntime, share: found.length / families.length };
  });
  const [best] = shares
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => Number(a.ofRuntime) - Number(b.ofRuntime) || b.share - a.share);
  return best?.profile;
}

function compareFamily(family: ProfileFamily, is: ObservedFamily, moreLabels: boolean): Difference[] {
  const differences: Difference[] = [];
  if (is.type !== family.type) {
    const message = `is ${article(is.type)}, documented as ${article(family.type)}`;
    differences.push({ kind: 'type', family: is.name, message });
  }
  const wrong = is.labelSets.find(
    (labels) =>
      family.labels.some((label) => !labels.includes(label)) ||
      (!moreLabels && labels.some((label) => !family.labels.includes(label))),
  );
  if (wrong !== undefined) {
    const message = `has ${nameLabels(wrong)}, documented with ${nameLabels(family.labels)}`;
    differences.push({ kind: 'labels', family: is.name, message });
  }
  return differences;
}

function article(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

function nameLabels(labels: readonly string[]): string {
  return labels.length === 0 ? 'no labels' : `the label${labels.length === 1 ? '' : 's'} ${labels.join(', ')}`;
}

/** A family as exposed by an endpoint. */
interface ObservedFamily {
  /** Name with the suffix that OpenMetrics counts as part of a counter's type. */
  readonly name: string;
  readonly type: string;
  /** Distinct sets of label names of its series, without the labels of the type. */
  readonly labelSets: readonly (readonly string[])[];
}

const OF_THE_TYPE: ReadonlySet<string> = new Set(['le', 'quantile']);

/** Families of a reading by name, including those without samples. Samples without a type are `untyped`. */
function observeFamilies({ values, types }: SourceScrape): ReadonlyMap<string, ObservedFamily> {
  const families = new Map<string, { readonly type: string; readonly sets: Map<string, readonly string[]> }>();
  const owners = ownersOf(types);
  const silent = new Set(types.keys());
  for (const { series } of values) {
    const typed = owners.get(series.name);
    if (typed !== undefined) silent.delete(typed);
    const type = types.get(typed ?? '') ?? 'untyped';
    // OpenMetrics names the family of a counter or info without the suffix of its samples.
    const name = typed === undefined || type === 'counter' || type === 'info' ? series.name : typed;
    const family = families.get(name) ?? { type, sets: new Map<string, readonly string[]>() };
    const labels = Object.keys(series.labels).filter((label) => !OF_THE_TYPE.has(label));
    families.set(name, family);
    family.sets.set(labels.join(','), labels);
  }
  for (const name of silent) families.set(name, { type: types.get(name) ?? 'untyped', sets: new Map() });
  return new Map(
    [...families].map(([name, { type, sets }]) => [
      name,
      { name, type: TEXT_TYPES[type] ?? type, labelSets: [...sets.values()] },
    ]),
  );
}

/** Text format names of types that exist only in OpenMetrics. */
const TEXT_TYPES: Readonly<Record<string, string>> = { unknown: 'untyped', info: 'gauge', stateset: 'gauge' };
