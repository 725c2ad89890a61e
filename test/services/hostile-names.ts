/** Names that have broken expositions, here or elsewhere. */
export const HOSTILE_NAMES = [
  'say "hi"',
  'C:\\temp\\new',
  'ends in \\',
  'two\nlines',
  'carriage\rreturn',
  'both\r\n',
  'a{b="c"} 1',
  '",job="forged',
  '# HELP requests_total',
  ' spaces ',
  '\t\0\u001b',
  'ünïcödé 日本 😀',
  'half a pair \ud83d',
  '\ufeff\u2028\ufffd',
];

/** The name as transmitted: a lone surrogate has no encoding. */
export function wellFormed(name: string): string {
  return Buffer.from(name).toString();
}
