/** Characters of a quoted value, and of a whole message, that people read. */
const VALUE = 80;
const MESSAGE = 600;

/** A message in which values in back-ticks or double quotes are cut to 80 characters, and the whole to 600. */
export function shorten(message: string): string {
  const short = message
    .replaceAll(/`[^`]{81,}`/g, (value) => `${value.slice(0, VALUE)}…\``)
    .replaceAll(/"[^"]{81,}"/g, (value) => `${value.slice(0, VALUE)}…"`);
  return short.length > MESSAGE ? `${short.slice(0, MESSAGE)}…` : short;
}

/** The names of a list as a hint shows them: the first 20, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const MOST_NAMES = 20;
