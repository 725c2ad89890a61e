/** A JSON value, as in documents and templates. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Whether a JSON number is an integer that a double cannot represent exactly, beyond 2^53. */
export function isInexact(json: string): boolean {
  return /^-?\d+$/.test(json) && !Number.isSafeInteger(Number(json));
}

/** Most of what JSON text may hold before it is parsed. */
interface JsonBounds {
  readonly levels: number;
  /** Objects and lists. */
  readonly containers: number;
  /** Fields of all objects. */
  readonly fields: number;
}

const [QUOTE, COLON, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 58, 92, 91, 93, 123, 125];

/**
 * Checks levels and counts of JSON text before it is parsed, since `JSON.parse` takes memory for each and ends the process
 * where there is none left. Linear, without memory of its own.
 * @returns the first bound that the text exceeds
 */
export function findBeyondJsonBounds(text: string, most: JsonBounds): keyof JsonBounds | undefined {
  let [levels, containers, fields, isInString] = [0, 0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === COLON) {
      if (++fields > most.fields) return 'fields';
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++levels > most.levels) return 'levels';
      if (++containers > most.containers) return 'containers';
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) levels--;
  }
  return undefined;
}
