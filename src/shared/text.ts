const INVISIBLE = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Sanitizes foreign text for one line of a terminal: white space becomes a blank; control and direction characters
 * become escapes. Text from a server or a file can then neither break lines nor control the terminal.
 */
export function sanitizeForTerminal(text: string): string {
  return text
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replaceAll(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * Splits a text at the first separator and trims both parts; `undefined`: it has none. A regular expression that trims
 * takes time that is quadratic in the blanks within the text.
 */
export function splitOnce(text: string, separator: string): readonly [before: string, after: string] | undefined {
  const at = text.indexOf(separator);
  return at === -1 ? undefined : [text.slice(0, at).trim(), text.slice(at + separator.length).trim()];
}

/** Mark of a text that was shortened. */
export const CUT = '…';

/** Shortens a text to a number of characters, and marks that it was. */
export function cutText(text: string, characters: number): string {
  return text.length > characters ? text.slice(0, characters) + CUT : text;
}

/** Maximum characters of a quoted value, and of a message. */
const VALUE = 80;
const MESSAGE = 600;

/** Shortens a message: values in backticks or double quotes to 80 characters, and the whole message to 600. */
export function shorten(message: string): string {
  const short = message
    .replaceAll(/`[^`]{81,}`/g, (value) => `${value.slice(0, VALUE)}${CUT}\``)
    .replaceAll(/"[^"]{81,}"/g, (value) => `${value.slice(0, VALUE)}${CUT}"`);
  return cutText(short, MESSAGE);
}

/** Formats a list of names for a hint: the first 20, and the number of omitted ones. */
export function listNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const MOST_NAMES = 20;

/** A path as people write it: `jobs[1].pace`, `schemas[0].schema["a b"]`; nothing for the root. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const given of path) {
    const segment = typeof given === 'string' ? cutText(given, MAX_KEY) : given;
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (/^[\w$]+$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** Characters that people read of a key. */
const MAX_KEY = 80;
