import type { Path } from '../diagnostics.ts';
import { asObject } from '../entries.ts';
import type { SourceDocument } from '../read/source-document.ts';

/** A file that a workload is composed of. */
export interface SourceFile {
  /** Name in messages: the path, or `stdin`. */
  readonly name: string;
  /** Base directory of relative paths in it. */
  readonly directory: string;
  readonly document: SourceDocument;
}

/** Origin of a value of a composed workload. */
export interface SourcedPlace {
  readonly file: SourceFile;
  readonly path: Path;
  /** Origins of the parts of a merged object or list; absent: the parts are those of `path`. */
  readonly parts?: ReadonlyMap<string | number, SourcedPlace>;
}

/** A value with the origins of its parts. */
export interface Sourced {
  readonly value: unknown;
  readonly place: SourcedPlace;
}

/** The origin of a part, or of the nearest enclosing one. */
export function placeAt(root: SourcedPlace, path: Path): SourcedPlace {
  let place = root;
  for (const [index, key] of path.entries()) {
    const part = place.parts?.get(key);
    if (part === undefined) return { file: place.file, path: [...place.path, ...path.slice(index)] };
    place = part;
  }
  return place;
}

/** A part of an object. */
export function partOf({ value, place }: Sourced, key: string): Sourced {
  return { value: asObject(value)?.[key], place: placeAt(place, [key]) };
}

/** The object without some of its fields. */
export function without({ value, place }: Sourced, keys: readonly string[]): Sourced {
  const rest = Object.entries(asObject(value) ?? {}).filter(([key]) => !keys.includes(key));
  return { value: Object.fromEntries(rest), place };
}

/** Lists of the workload to which a file adds its entries. */
const COLLECTED: ReadonlySet<unknown> = new Set(['jobs', 'schemas', 'feeders', 'sources', 'thresholds']);

/**
 * Merges a value over another by RFC 7396: objects field by field, null removes a field, anything else replaces.
 * @param collects adds the entries of the workload's lists to those below instead of replacing them
 * @param path of the values in the workload
 */
export function mergeOver(below: Sourced, above: Sourced, collects: boolean, path: Path = []): Sourced {
  if (collects && path.length === 1 && COLLECTED.has(path[0])) return concatenated(below, above);
  const [lower, upper] = [below, above].map((side) => asParameter(side, path)) as [Sourced, Sourced]; // both sides
  const fields = asObject(upper.value);
  if (fields === undefined) return upper;
  const merged = new Map(Object.keys(asObject(lower.value) ?? {}).map((key) => [key, partOf(lower, key)]));
  for (const [key, value] of Object.entries(fields)) {
    const at = [...path, key];
    const part = partOf(upper, key);
    if (value === null && !isNullValue(at)) merged.delete(key);
    else merged.set(key, mergeOver(merged.get(key) ?? NOTHING(part), part, collects, at));
  }
  return {
    value: Object.fromEntries([...merged].map(([key, part]) => [key, part.value])),
    place: { ...upper.place, parts: new Map([...merged].map(([key, { place }]) => [key, place])) },
  };
}

/** An absent value, below another. */
const NOTHING = ({ place }: Sourced): Sourced => ({ value: undefined, place });

function concatenated(below: Sourced, above: Sourced): Sourced {
  if (!Array.isArray(below.value) || !Array.isArray(above.value)) return above;
  const places = [below, above].flatMap(({ value, place }) =>
    (value as unknown[]).map((_, index) => placeAt(place, [index])),
  );
  return {
    value: [...(below.value as unknown[]), ...(above.value as unknown[])],
    place: { ...above.place, parts: new Map(places.entries()) },
  };
}

/** A parameter in its long form, so that a default does not remove the fields beside it. */
function asParameter(side: Sourced, path: Path): Sourced {
  const isShort =
    path.length === 2 && path[0] === 'parameters' && ['string', 'number', 'boolean'].includes(typeof side.value);
  return isShort ? { value: { default: side.value }, place: side.place } : side;
}

/** Fields of `http` in which null is a value. */
const NULL_VALUES: ReadonlySet<unknown> = new Set(['proxy', 'body', 'compress']);

/** Whether null is a value of a field: `proxy: null` disables the proxy, a header that is null is not sent. */
function isNullValue(path: Path): boolean {
  return (
    (path[0] === 'http' &&
      (path[1] === 'headers' ? path.length === 3 : path.length === 2 && NULL_VALUES.has(path[1]))) ||
    (path[0] === 'agent' && path[1] === 'grafana' && path[2] === 'proxy')
  );
}
