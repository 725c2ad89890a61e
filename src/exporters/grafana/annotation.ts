/** A note on a time line: at one instant, or from one to another. */
export interface Annotation {
  /** Milliseconds since the epoch. */
  readonly startEpochMs: number;
  /** `undefined`: it goes on. */
  readonly endEpochMs: number | undefined;
  /** A few words in HTML, not empty. */
  readonly text: string;
  readonly tags: readonly string[];
}

/** Foreign text within an annotation's. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Longest value of a tag: Grafana takes 100 characters of one, and 500 of all together. */
const MAX_TAG_LENGTH = 60;

/** `key:value`, which Grafana shows as one tag in the colour of its key. Commas would part it in Grafana's own forms. */
export function tagOf(key: string, value: string): string {
  return `${key}:${Array.from(value.replaceAll(',', ' ')).slice(0, MAX_TAG_LENGTH).join('')}`;
}
