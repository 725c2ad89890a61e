/**
 * Redacts a URL for messages, logs and labels: removes credentials, query and fragment, which may contain secrets. From
 * text that is not a URL with a host, removes the same parts as far as they can be recognized.
 */
export function redactUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || parsed.host === '') return redactText(url);
  const { protocol, host, pathname } = parsed;
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

function redactText(text: string): string {
  return text.replace(/[?#].*$/s, '').replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1');
}
