import { isPlaceholder, SECRET_NAME, secretsInText, secretsInWords } from '../shared/secret-text.ts';
import { secretsOfHeader, secretsOfValues } from '../shared/secrets.ts';
import type { Path } from './path.ts';
import { isCommand, isHarmlessHeader, isHeader } from './secret-path.ts';

/** Most secrets that are searched for in one message. */
const MOST = 1000;

/**
 * Returns the secrets that are written into the requests and documents of a workload, by the same rules as its redacted
 * copy: a database or server may repeat them in an error.
 * @param file as written: values of variables are secrets by themselves
 */
export function secretsOfWorkload(file: unknown): readonly string[] {
  const { jobs, schemas, http } = Object(file) as { jobs?: unknown; schemas?: unknown; http?: unknown };
  const found = new Set<string>();
  for (const [name, part] of Object.entries({ jobs, schemas, http })) {
    for (const secret of secretsIn(part, [name])) {
      // `##` in a template is a `#`.
      if (found.size < MOST && !secret.includes('${')) found.add(secret.replaceAll('##', '#'));
    }
  }
  return secretsOfValues([...found]);
}

function* secretsIn(value: unknown, path: Path): Generator<string, void> {
  if (isCommand(value, path)) yield* secretsInWords(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      yield* secretsIn(inner, path.concat(Array.isArray(value) ? Number(key) : key));
  } else if (typeof value === 'string') yield* secretsInField(value, path);
}

function secretsInField(text: string, path: Path): readonly string[] {
  if (isHeader(path)) return isHarmlessHeader(path) || isPlaceholder(text) ? [] : secretsOfHeader(text);
  if (SECRET_NAME.test(String(path.at(-1))) && !isPlaceholder(text)) return [text];
  return secretsInText(text);
}
