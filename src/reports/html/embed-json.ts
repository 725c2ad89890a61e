/** Encodes JSON for a `script` element: no text in it can close the element or open another. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
