/** Maximum characters of a quoted value, and of a message. */
const VALUE = 80;
const MESSAGE = 600;

/** Shortens a message: values in backticks or double quotes to 80 characters, and the whole message to 600. */
export function shorten(message: string): string {
  const short = message
    .replaceAll(/`[^`]{81,}`/g, (value) => `${value.slice(0, VALUE)}…\``)
    .replaceAll(/"[^"]{81,}"/g, (value) => `${value.slice(0, VALUE)}…"`);
  return short.length > MESSAGE ? `${short.slice(0, MESSAGE)}…` : short;
}

/** Formats a list of names for a hint: the first 20, and the number of omitted ones. */
export function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const MOST_NAMES = 20;
