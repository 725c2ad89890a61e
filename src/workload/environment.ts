/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Text with expanded variables, and the errors of the expansion. */
export interface Expansion {
  readonly text: string;
  readonly faults: readonly { readonly message: string; readonly hint?: string }[];
}

/**
 * Expands `${NAME}`; `$${` is a literal `${`.
 * @param escape applied to each variable's value, for text that is a template
 */
export function expandText(text: string, env: Environment, escape = (value: string): string => value): Expansion {
  const faults: { message: string; hint?: string }[] = [];
  const expanded = text.replaceAll(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, name: string | undefined, end: string) => {
    if (name === undefined) return '${';
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && end === '}') return escape(value);
    if (end === '}' && /^[A-Za-z_]\w*$/.test(name)) {
      faults.push({
        message: `the environment variable ${name} is not set`,
        hint: `set it, or write $\${ for a literal \${`,
      });
    } else {
      faults.push({ message: 'a variable is written ${NAME}', hint: 'write $${ for a literal ${' });
    }
    return whole;
  });
  return { text: expanded, faults };
}

/** Escapes text so that templates render it literally. */
export function escapeTags(text: string): string {
  return text.replaceAll('#', '##');
}
