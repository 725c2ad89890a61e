/** JSON that can stand in a `script` element: no text in it can end the element or open another. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
