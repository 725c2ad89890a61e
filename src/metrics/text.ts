import type { Exposition, Labels } from './family.ts';

/** Media type of the Prometheus text format. */
export const TEXT_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface TextOptions {
  /** Whether to add the exposition's time to each sample: for pushes, which may arrive late; not for scrapes. */
  readonly timestamps: boolean;
  /** Cache of formatted labels; writers that are used repeatedly keep one. */
  readonly labelTexts?: LabelCache;
}

/**
 * Formats an exposition in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-format-details).
 */
export function formatText(exposition: Exposition, options: TextOptions): string {
  return [...textChunks(exposition, options)].join('');
}

/** Chunk length in characters, so that a long text is never one string. */
export const CHUNK_LENGTH = 64 * 1024;

/** Formats the same in chunks of whole lines. */
export function* textChunks(
  exposition: Exposition,
  { timestamps, labelTexts = new LabelCache() }: TextOptions,
): Generator<string> {
  const end = timestamps ? ` ${Math.round(exposition.epochMs)}\n` : '\n';
  let text = '';
  for (const { name, type, help, samples } of exposition.families) {
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'unknown' ? 'untyped' : type}\n`;
    for (const { suffix, labels, value } of samples) {
      text += `${name}${suffix}${labelTexts.of(labels)} ${formatSampleValue(value)}${end}`;
      if (text.length < CHUNK_LENGTH) continue;
      yield text;
      text = '';
    }
  }
  if (text !== '') yield text;
}

/** Formats labels for both formats. The text of a label object is cached. */
export class LabelCache {
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

/** Formats `{name="value",...}`; empty for an empty label set. */
export function formatLabels(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `${text === '' ? '{' : ','}${name}="${escapeQuoted(labels[name] ?? '')}"`;
  return text === '' ? '' : `${text}}`;
}

/** Formats a value. JavaScript's notation is valid (integers have no exponent up to 1e21); only infinities differ. */
export function formatSampleValue(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

// Only these three are special to a parser. Prometheus and VictoriaMetrics keep carriage returns and other control
// characters unchanged, and an unpaired surrogate becomes U+FFFD when the text is encoded.
const SPECIAL_IN_QUOTES = /[\\"\n]/g;
const SPECIAL_IN_HELP = /[\\\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' };

/** Escapes a label value of either format, or help of OpenMetrics. */
export function escapeQuoted(text: string): string {
  return text.replace(SPECIAL_IN_QUOTES, escapeOf);
}

function escapeHelp(help: string): string {
  return help.replace(SPECIAL_IN_HELP, escapeOf);
}

function escapeOf(character: string): string {
  return ESCAPES[character] ?? character;
}

/**
 * Formats a number like the shortest form of Go's strconv (`'g'`, -1), which Prometheus clients use for `le`: `0.005`,
 * `1`, `1e+06`, `5e-05`, `+Inf`. So buckets of different agents have equal labels.
 */
export function formatGoFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa = '', exponentText = ''] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  // Rule of %g in strconv/ftoa.go: exponent notation below -4 and, for the shortest form, from 6 on.
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
