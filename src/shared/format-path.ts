/** A path as people write it: `jobs[1].pace`, `schemas[0].schema["a b"]`; nothing for the root. */
export function formatPath(path: readonly (string | number)[]): string {
  let text = '';
  for (const given of path) {
    const segment = typeof given === 'string' && given.length > MAX_KEY ? `${given.slice(0, MAX_KEY)}…` : given;
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (/^[\w$]+$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** Characters that people read of a key. */
const MAX_KEY = 80;
