import type { Materials } from '../../core/materials.ts';
import type { Json } from '../../core/target.ts';

/** A piece of a request: known beforehand, or made anew from the ticket number. */
export type Part = string | ((sequence: number) => string);

/** What fills the placeholders `{collection}` and `{key}`, and how their values must be written where they stand. */
export interface Placeholders {
  readonly collection: string;
  key(sequence: number): string;
  escape(value: string): string;
}

const KEY = '{key}';
const COLLECTION = '{collection}';

/** Every template tag starts with this, so a text without one is constant. */
const TAG = '#';

/** Compiles a text with template tags and placeholders. */
export function compileText(template: string, materials: Materials, placeholders: Placeholders): Part {
  return compile(template, template.includes(TAG) ? materials.text(template) : template, placeholders);
}

/** Compiles a JSON value with template tags and placeholders into JSON text. */
export function compileJson(template: Json, materials: Materials, placeholders: Placeholders): Part {
  const text = JSON.stringify(template);
  return compile(text, text.includes(TAG) ? materials.json(template) : text, placeholders);
}

function compile(template: string, part: Part, placeholders: Placeholders): Part {
  const collection = placeholders.escape(placeholders.collection);
  const named = template.includes(COLLECTION)
    ? map(part, (text) => text.replaceAll(COLLECTION, () => collection))
    : part;
  if (!template.includes(KEY)) return named;
  return (sequence) => {
    const key = placeholders.escape(placeholders.key(sequence));
    return textOf(named, sequence).replaceAll(KEY, () => key);
  };
}

/** Applies `change` once to a constant, or to every text that is made. */
export function map(part: Part, change: (text: string) => string): Part {
  return typeof part === 'string' ? change(part) : (sequence) => change(part(sequence));
}

function textOf(part: Part, sequence: number): string {
  return typeof part === 'string' ? part : part(sequence);
}
