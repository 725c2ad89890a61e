// Noncharacters: Unicode reserves them for such marks, and no text contains them.
const [OPEN, CLOSE] = ['\u{FDD0}', '\u{FDD1}'];
const MARKS = /[\u{FDD0}\u{FDD1}]/gu;
const PARTS = /\u{FDD0}([^\u{FDD1}]*)\u{FDD1}/gu;

/** Marks a template tag or a variable within literal text. */
export function asTemplate(text: string): string {
  return OPEN + text + CLOSE;
}

/** A variable of the environment within literal text. Characters that a name cannot have become `_`. */
export function asVariable(name: string): string {
  return asTemplate(`\${${variableName(name)}}`);
}

/** The name of a variable made of any text. */
export function variableName(text: string): string {
  const name = text.replaceAll(/\W+/g, '_').replaceAll(/^_+|_+$/g, '');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

/** Removes marks from text of a file. */
export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, '\u{FFFD}');
}

/** Whether a text contains a tag or a variable. */
export function hasTemplate(text: string): boolean {
  return text.includes(OPEN);
}

/** A text of the same length in which tags and variables are letters, to search for separators. */
export function maskTemplates(text: string): string {
  return hasTemplate(text) ? text.replaceAll(PARTS, (part) => 'x'.repeat(part.length)) : text;
}

/** Changes the literal parts of a text. */
export function mapLiteral(text: string, change: (literal: string) => string): string {
  let done = '';
  let end = 0;
  for (const match of text.matchAll(PARTS)) {
    done += change(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return done + change(text.slice(end));
}

/** Removes marks from text with tags and variables, which then stand as they are written. */
export function unmark(text: string): string {
  return text.replaceAll(MARKS, '');
}

/** Names of the variables in a text. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(PARTS)].flatMap(([, part = '']) => /^\$\{(\w+)\}$/.exec(part)?.[1] ?? []);
}

/**
 * Replaces the tags and variables of a text.
 * @param fill returns the text for a tag or a variable as it is written, such as `${TOKEN}`
 */
export function fillTemplates(text: string, fill: (template: string) => string): string {
  return hasTemplate(text) ? text.replaceAll(PARTS, (_, template: string) => fill(template)) : text;
}
