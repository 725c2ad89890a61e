/** A field of an object in JSON text. */
export interface Member {
  readonly name: string;
  /** The text of its value as it stands, without white space around it. */
  readonly json: string;
}

/** The end of a string, from the character behind its opening quote. */
const STRING = /[^"\\]*(?:\\.[^"\\]*)*"/y;
/** The next character that matters within an object or a list. */
const STRUCTURE = /[^"[\]{}]*["[\]{}]/y;
const PRIMITIVE = /[^,}\s]+/y;
const BLANK = /[\s,:]*/y;

/**
 * The fields of an object in JSON text, each in the text of the file, which `JSON.parse` would lose: a number of many digits.
 * @param text an object, known to be JSON
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
