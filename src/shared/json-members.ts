/** A field of an object in JSON text. */
export interface Member {
  readonly name: string;
  /** Source text of its value, without surrounding white space. */
  readonly json: string;
}

/** The rest of a string, after its opening quote. */
const STRING = /[^"\\]*(?:\\.[^"\\]*)*"/y;
/** The next structural character of an object or a list. */
const STRUCTURE = /[^"[\]{}]*["[\]{}]/y;
const PRIMITIVE = /[^,}\s]+/y;
const BLANK = /[\s,:]*/y;

/**
 * Splits an object in JSON text into fields with their source text; `JSON.parse` would lose digits of large numbers.
 * @param text an object in valid JSON
 */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = text.indexOf('{') + 1;
  const take = (pattern: RegExp): void => {
    pattern.lastIndex = at;
    at += pattern.exec(text)?.[0].length ?? 0;
  };
  const takeValue = (): string => {
    const start = at;
    const first = text[at++];
    if (first === '"') take(STRING);
    else if (first === '{' || first === '[') {
      for (let depth = 1; depth > 0;) {
        take(STRUCTURE);
        const sign = text[at - 1];
        if (sign === '"') take(STRING);
        else depth += sign === '{' || sign === '[' ? 1 : -1;
      }
    } else take(PRIMITIVE);
    return text.slice(start, at);
  };
  for (take(BLANK); text[at] !== '}'; take(BLANK)) {
    const name = JSON.parse(takeValue()) as string;
    take(BLANK);
    members.push({ name, json: takeValue() });
  }
  return members;
}
