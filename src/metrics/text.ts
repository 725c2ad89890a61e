import type { Exposition, Labels } from './family.ts';

/** The media type of what `formatText` writes. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface TextOptions {
  /** Whether each sample carries the exposition's instant: for pushes that may arrive late, not for scrapes. */
  readonly timestamps: boolean;
  /** Where the text of labels that come again is kept; a writer that is used again and again has one. */
  readonly labelTexts?: LabelTexts;
}

/**
 * An exposition in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details).
 */
export function formatText(exposition: Exposition, options: TextOptions): string {
  return [...textParts(exposition, options)].join('');
}

/** Length of the parts of a text, in characters: a long one is never held as one string. */
export const PART_LENGTH = 64 * 1024;

/** The same in parts, each of whole lines. */
export function* textParts(
  exposition: Exposition,
  { timestamps, labelTexts = new LabelTexts() }: TextOptions,
): Generator<string> {
  const end = timestamps ? ` ${Math.round(exposition.epochMs)}\n` : '\n';
  let text = '';
  for (const { name, type, help, samples } of exposition.families) {
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'unknown' ? 'untyped' : type}\n`;
    for (const { suffix, labels, value } of samples) {
      text += `${name}${suffix}${labelTexts.of(labels)} ${formatValue(value)}${end}`;
      if (text.length < PART_LENGTH) continue;
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

/** Labels as both formats write them. The text of labels that are still the same object is made once. */
export class LabelTexts {
  readonly #known = new WeakMap<Labels, string>();

  of(labels: Labels): string {
    let text = this.#known.get(labels);
    if (text === undefined) {
      text = formatLabels(labels);
      this.#known.set(labels, text);
    }
    return text;
  }
}

/** `{name="value",...}`, or nothing where there are none. */
export function formatLabels(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `${text === '' ? '{' : ','}${name}="${escapeQuoted(labels[name] ?? '')}"`;
  return text === '' ? '' : `${text}}`;
}

/** Numbers as JavaScript prints them, whole ones without an exponent up to 1e21, are valid; only infinities differ. */
export function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

// Only these three mean anything to a parser: a carriage return or any other control character passes through Prometheus
// and VictoriaMetrics unchanged, and half a surrogate pair becomes U+FFFD when the text is encoded.
const SPECIAL_IN_QUOTES = /[\\"\n]/g;
const SPECIAL_IN_HELP = /[\\\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** A label value in either format, or OpenMetrics' help. */
export function escapeQuoted(text: string): string {
  return text.replace(SPECIAL_IN_QUOTES, escapeOf);
}

function escapeHelp(help: string): string {
  return help.replace(SPECIAL_IN_HELP, escapeOf);
}

function escapeOf(character: string): string {
  return ESCAPES[character] ?? character;
}
