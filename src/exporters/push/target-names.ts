import { redactUrl } from '../../core/redact.ts';

/** What targets are called: their URLs without anything secret, numbered where that leaves two of them alike. */
export function nameTargets(urls: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return urls.map((url) => {
    const name = redactUrl(url);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}
