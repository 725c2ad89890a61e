/** Replaces a secret found in a text. */
type Replace = (secret: string) => string;

/** Text shown in place of a secret. */
export const HIDDEN = '***';

/** Names whose value is a secret wherever it stands. */
const NAMES =
  'pass(?:word|wd|phrase)|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|authorization|cookie';
export const SECRET_NAME = new RegExp(NAMES, 'i');
/** Names whose value is a secret in a query string, where they are too common elsewhere. */
const QUERY_NAMES = /^(?:sig|sign|key|code|auth|pass|hmac)$/i;

/** Whether the value of a query parameter is a secret by its name: `X-Amz-Signature`, `sig`, `access_token`, `code`. */
export function isSecretParameter(name: string): boolean {
  return SECRET_NAME.test(name) || QUERY_NAMES.test(name);
}

/**
 * Places of secrets in text, each with a group for the text before the secret and one for the secret. A text may be a
 * megabyte of one character, so every repetition within a pattern is bounded.
 */
const PLACES: readonly RegExp[] = [
  // user:password@ of a URL
  /(:\/\/)([^\s/?#"'<>@]{1,4096})(?=@)/g,
  // Authorization schemes
  /(\b(?:bearer|basic) {1,8})([\w.~+/=-]{1,8192})/gi,
  // SQL: IDENTIFIED [WITH plugin] BY 'secret', AS 'hash'
  /(\bidentified\b[^'"]{0,80}\b(?:by|as)\s{1,8}(?:password\s{1,8})?['"])((?:[^'"\\]|\\.){1,4096})/gi,
  // SQL: PASSWORD 'secret', PASSWORD = 'secret', PASSWORD('secret')
  /(?<!["'\\\w])(password\s{0,8}[=(]?\s{0,8}['"])((?:[^'"\\]|\\.){1,4096})/gi,
  // name=value, name: value, "name": "value"
  new RegExp(
    String.raw`((?:${NAMES})[\w-]{0,40}\\?["']?\s{0,8}[:=]\s{0,8}(?:\\?["'])?)([^"'\\&\s,;{}()]{1,8192})`,
    'gi',
  ),
  // ?sig=value
  /([?&](?:sig|sign|key|code|auth|pass|hmac)=)([^&#\s"'\\]{1,8192})/gi,
];

/** Redacts the secrets of a text: in query strings, URLs, statements, Redis commands, and after names such as `password`. */
export function redactSecrets(text: string): string {
  return replaceSecrets(text, () => HIDDEN);
}

/** Returns the secrets of a text, for texts of others that may repeat them. */
export function secretsInText(text: string): readonly string[] {
  const secrets: string[] = [];
  replaceSecrets(text, (secret) => {
    secrets.push(secret);
    return secret;
  });
  return secrets;
}

/** Redacts the secrets of a Redis command given as words. */
export function redactWords(words: readonly string[]): readonly string[] {
  return replaceInWords(words, () => HIDDEN).map((word) => replaceInPlaces(word, () => HIDDEN));
}

/** Returns the secrets of a Redis command given as words. */
export function secretsInWords(words: readonly string[]): readonly string[] {
  const secrets: string[] = [];
  const collect: Replace = (secret) => {
    // ACL SETUSER name >password
    secrets.push(secret, secret.replace(/^[><#!]/, ''));
    return secret;
  };
  replaceInWords(words, collect);
  for (const word of words) replaceInPlaces(word, collect);
  return secrets;
}

/** A template tag is replaced in each request, and a variable by its value. */
export function isPlaceholder(text: string): boolean {
  return /^#[a-z]|^\$$|^\$\{\w+\}?$|^\*\*\*$/i.test(text);
}

/** Replaces each secret of a text. */
export function replaceSecrets(text: string, replace: Replace): string {
  return replaceInPlaces(replaceInCommand(text, replace), replace);
}

function replaceInPlaces(text: string, replace: Replace): string {
  return PLACES.reduce(
    (rest, place) =>
      rest.replaceAll(place, (whole, before: string, secret: string) =>
        isPlaceholder(secret) ? whole : before + replace(secret),
      ),
    text,
  );
}

/** A Redis command in one text, whose words are separated by blanks. */
const COMMAND = /^\s{0,8}(?:AUTH|HELLO|CONFIG|ACL|MIGRATE|SENTINEL)\s/i;

function replaceInCommand(text: string, replace: Replace): string {
  if (!COMMAND.test(text)) return text;
  const parts = text.split(/(\s+)/);
  const words = replaceInWords(
    parts.filter((_, index) => index % 2 === 0),
    replace,
  );
  return parts.map((part, index) => (index % 2 === 0 ? words[index / 2] : part)).join('');
}

/** Number of words after a word of a command that are credentials. */
const CREDENTIALS: Readonly<Record<string, number>> = { AUTH: 1, AUTH2: 2 };

function replaceInWords(words: readonly string[], replace: Replace): readonly string[] {
  const upper = words.map((word) => word.toUpperCase());
  const first = upper.findIndex((word) => word !== '');
  let left = 0;
  return words.map((word, index) => {
    const isSecret =
      left > 0 ||
      // ACL SETUSER name >password <password #hash !hash
      (upper[first] === 'ACL' && index > first + 2 && /^[><#!]/.test(word) && !/^#[a-z]+\(/.test(word)) ||
      // CONFIG SET requirepass value
      (upper[first] === 'CONFIG' && index > first + 2 && /PASS|AUTH/.test(upper[index - 1] ?? ''));
    left = Math.max(0, left - 1);
    // AUTH [user] password; HELLO 3 AUTH user password; ... AUTH password; ... AUTH2 user password
    if (!isSecret)
      left = index === first && upper[index] === 'AUTH' ? words.length : credentialsAfter(upper, first, index);
    return isSecret && !isPlaceholder(word) && word !== '' ? replace(word) : word;
  });
}

function credentialsAfter(upper: readonly string[], first: number, index: number): number {
  const word = upper[index] ?? '';
  return upper[first] === 'HELLO' && word === 'AUTH' ? 2 : (CREDENTIALS[word] ?? 0);
}
