/**
 * A URL as people, logs and labels may see it: without credentials, query and fragment, all of which may hold secrets.
 * Text that is no URL with a host loses the same parts as far as they can be told apart.
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
