import { LoadbotError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';

/** A quoted word, or a word between blanks; the parentheses of a template tag belong to the word. */
const WORD = /"([^"]*)"|'([^']*)'|((?:\([^)]*\)|[^\s("'])+)/g;

/**
 * Splits a raw command into its words, template tags included. The command is a list of words, or text such as `ZADD
 * board #int(1,1000) "a name"`.
 * @throws {LoadbotError} when it is neither
 */
export function commandWords(command: Json): readonly string[] {
  const words = typeof command === 'string' ? split(command) : command;
  if (Array.isArray(words) && words.length > 0 && words.every((word) => ['string', 'number'].includes(typeof word))) {
    return words.map(String);
  }
  throw new LoadbotError(
    'config_invalid',
    `\`command\` must be the words of a Redis command, not ${JSON.stringify(command)}`,
    {
      field: ['command'],
      hint: 'such as ["ZADD", "board", "#int(1,1000)", "user:#sequence"]',
    },
  );
}

function split(text: string): string[] {
  return [...text.matchAll(WORD)].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}
