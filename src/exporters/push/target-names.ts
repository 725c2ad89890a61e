import { redactUrl } from '../../shared/redact.ts';

/** Names of targets: their URLs without secrets, numbered where two would be equal. */
export function nameTargets(urls: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return urls.map((url) => {
    const name = redactUrl(url);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  });
}
