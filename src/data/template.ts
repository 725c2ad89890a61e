import type { Statement } from '../templates/request-data.ts';
import type { Json } from '../shared/json.ts';
import { streamKey } from '../shared/random.ts';
import { splitTemplate, type ValuePart } from '../templates/split-template.ts';
import { TAGS } from '../templates/tags.ts';
import { rawTag, type Renderer, type Tag, type TagSource } from '../templates/tag.ts';

/** Generates a value for a number. */
export type ValueGenerator = (number: number) => Json;

/** Text as constants and tags, in order. */
export type TemplateParts = readonly (string | Tag)[];

/** JSON text as constants and renderers, in order. */
export type JsonPieces = readonly (string | Renderer)[];

/** Compiles text with tags. Values other than strings are rendered as JSON. */
export function compileText(template: Json, source: TagSource, place: string): Renderer {
  if (typeof template !== 'string') return compileJson(template, source, place);
  return createRenderer(
    compileParts(template, source, place).map((part) => (typeof part === 'string' ? part : part.text)),
  );
}

/** Compiles a JSON value whose strings may contain tags; a string that consists of one tag becomes the tag's value. */
export function compileJson(template: Json, source: TagSource, place: string): Renderer {
  return createRenderer(jsonPieces(template, source, place));
}

/** Compiles an object's fields to `"a":1,"b":2`, without braces; empty text without fields. */
export function compileFields(fields: Readonly<Record<string, Json>>, source: TagSource, place: string): Renderer {
  return createRenderer(fieldPieces(fields, source, place));
}

/** Like `compileJson`, but returns values instead of text. Constant values are shared by all numbers. */
export function compileValue(template: Json, source: TagSource, place: string): ValueGenerator {
  const compiled = createGenerator(template, source, place);
  return typeof compiled === 'function' ? compiled : () => compiled;
}

/** Compiles a complete template as one tag. */
export function compileAsTag(template: Json, source: TagSource, place: string): Tag {
  const value = compileValue(template, source, place);
  if (typeof template !== 'string') {
    const json = compileJson(template, source, place);
    const escaped: Renderer = (number) => JSON.stringify(json(number)).slice(1, -1);
    return { text: json, escaped, value, json, isAscii: false, isUnreserved: false };
  }
  const parts = compileParts(template, source, place);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return only;
  const text = compileText(template, source, place);
  return {
    text,
    escaped: createRenderer(escapedPieces(parts)),
    value,
    json: undefined,
    isAscii: false,
    isUnreserved: false,
  };
}

/** Compiles a text into a statement whose parameters are the tags. */
export function compileStatement(template: string, source: TagSource, place: string): Statement {
  const texts = [''];
  const makers: ValueGenerator[] = [];
  for (const part of compileParts(template, source, place)) {
    if (typeof part === 'object') {
      makers.push(part.value);
      texts.push('');
    } else texts[texts.length - 1] += part;
  }
  return { texts, values: (number) => makers.map((make) => make(number)) };
}

/** Whether all tags of a value are ASCII: its JSON text then has a constant difference between bytes and characters. */
export function isAscii(template: Json, source: TagSource): boolean {
  if (typeof template === 'string') {
    return compileParts(template, source, '').every((part) => typeof part === 'string' || part.isAscii);
  }
  if (template === null || typeof template !== 'object') return true;
  return Object.values(template as Record<string, Json>).every((value) => isAscii(value, source));
}

/** Returns the place of a field of the value at `place`. */
export function placeOf(place: string, field: string | number): string {
  return `${place}/${field}`;
}

/** Splits a text at its tags and compiles them. */
export function compileParts(text: string, source: TagSource, place: string): TemplateParts {
  const isNamed = (name: string): boolean => source.named.has(name);
  return splitTemplate(text, isNamed).map((part, index) => {
    if (part.kind === 'tag' || part.kind === 'named') return valueOf(part, source, [place, index]);
    if (part.kind !== 'raw') return part.text;
    const value = valueOf(part.of, source, [place, index]);
    return typeof value === 'string' ? value : rawTag(value);
  });
}

/** @param place path of the tag within the template; each place has a separate random stream */
function valueOf(part: ValuePart, source: TagSource, place: readonly [string, number]): Tag | string {
  if (part.kind === 'tag') return TAGS[part.name].compile(streamKey(source.key, ...place), source, part.args);
  return source.named.get(part.name)?.() ?? part.text;
}

function jsonPieces(template: Json, source: TagSource, place: string): JsonPieces {
  if (typeof template === 'string') return stringPieces(compileParts(template, source, place));
  if (template === null || typeof template !== 'object') return [JSON.stringify(template)];
  if (isArray(template)) {
    const items = template.map((item, index) => jsonPieces(item, source, placeOf(place, index)));
    return ['[', ...separate(items), ']'];
  }
  return ['{', ...fieldPieces(template, source, place), '}'];
}

function fieldPieces(fields: Readonly<Record<string, Json>>, source: TagSource, place: string): JsonPieces {
  return separate(
    Object.entries(fields).map(([name, value]) =>
      [`${JSON.stringify(name)}:` as string | Renderer].concat(jsonPieces(value, source, placeOf(place, name))),
    ),
  );
}

function stringPieces(parts: TemplateParts): JsonPieces {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object' && only.json !== undefined) return [only.json];
  return ['"', ...escapedPieces(parts), '"'];
}

/** Content of a quoted JSON string; constants are escaped once. */
function escapedPieces(parts: TemplateParts): JsonPieces {
  return parts.map((part) => (typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part.escaped));
}

function separate(parts: readonly JsonPieces[]): JsonPieces {
  return parts.flatMap((part, index) => (index === 0 ? part : [',', ...part]));
}

/** Returns a renderer of pieces; merges adjacent constants. */
export function createRenderer(pieces: JsonPieces): Renderer {
  let start = '';
  const renderers: Renderer[] = [];
  const after: string[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'function') {
      renderers.push(piece);
      after.push('');
    } else if (renderers.length === 0) start += piece;
    else after[renderers.length - 1] += piece;
  }
  return (number) => {
    let text = start;
    for (let index = 0; index < renderers.length; index++) text += renderers[index]!(number) + after[index]!; // same length
    return text;
  };
}

/** Returns a generator, or the value itself if it is constant. */
function createGenerator(template: Json, source: TagSource, place: string): ValueGenerator | Json {
  if (typeof template === 'string') {
    const parts = compileParts(template, source, place);
    const [only = ''] = parts;
    if (parts.length === 1 && typeof only === 'object') return only.value;
    const constants = parts.filter((part) => typeof part === 'string');
    return constants.length === parts.length ? constants.join('') : compileText(template, source, place);
  }
  if (template === null || typeof template !== 'object') return template;
  const isList = isArray(template);
  const makers = Object.entries(template).map(
    ([key, value]: [string, Json]) => [key, createGenerator(value, source, placeOf(place, key))] as const,
  );
  if (isList) return listMaker(makers.map(([, maker]) => maker));
  return objectMaker(makers);
}

function listMaker(makers: readonly (ValueGenerator | Json)[]): ValueGenerator | Json {
  if (!makers.some((maker) => typeof maker === 'function')) return makers as readonly Json[];
  return (number) => makers.map((maker) => (typeof maker === 'function' ? maker(number) : maker));
}

function objectMaker(makers: readonly (readonly [string, ValueGenerator | Json])[]): ValueGenerator | Json {
  const shape = Object.fromEntries(makers.map(([key, maker]) => [key, typeof maker === 'function' ? null : maker]));
  const varying = makers.filter((entry): entry is [string, ValueGenerator] => typeof entry[1] === 'function');
  if (varying.length === 0) return shape;
  const keys = varying.map(([key]) => key);
  const values = varying.map(([, maker]) => maker);
  return (number) => {
    // Objects are copied from a template with all fields, which is faster than adding the fields one by one.
    const made: Record<string, Json> = { ...shape };
    for (let index = 0; index < keys.length; index++) made[keys[index]!] = values[index]!(number); // same length
    return made;
  };
}

/** `Array.isArray` that also narrows read-only arrays. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
