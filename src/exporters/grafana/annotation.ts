/** An annotation on a time line: a point in time or a time range. */
export interface Annotation {
  /** Milliseconds since the epoch. */
  readonly startEpochMs: number;
  /** `undefined`: still open. */
  readonly endEpochMs: number | undefined;
  /** Short HTML text, not empty. */
  readonly text: string;
  readonly tags: readonly string[];
}

/** Escapes text for an annotation. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Maximum length of a tag value: Grafana accepts 100 characters per tag and 500 in total. */
const MAX_TAG_LENGTH = 60;

/** `key:value`, which Grafana shows as one tag in the color of its key. Commas would split it in Grafana's forms. */
export function tagOf(key: string, value: string): string {
  return `${key}:${Array.from(value.replaceAll(',', ' ')).slice(0, MAX_TAG_LENGTH).join('')}`;
}
