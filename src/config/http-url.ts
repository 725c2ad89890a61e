/** What keeps a text from being an http or https URL, or nothing. Says nothing of what the text holds. */
export function httpUrlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as "http://host:port/path"';
  const { protocol } = new URL(text);
  return protocol === 'http:' || protocol === 'https:' ? undefined : 'must be an http or https URL';
}
