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
