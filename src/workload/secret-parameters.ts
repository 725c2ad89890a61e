import { redactUrl } from '../shared/redact.ts';
import { maskBeginnings, secretsOfValues } from '../shared/secrets.ts';
import type { PathDiagnostic, Path, TextFault } from './diagnostics.ts';
import type { Parameter } from './features/parameters.ts';
import { isRequestField, mayHoldSecret } from './field-paths.ts';
import type { ExpandedText } from './variables.ts';

/** Parameters whose value must not appear anywhere. */
export class SecretParameters {
  readonly #names: ReadonlySet<string>;
  readonly #forms: readonly (readonly [form: string, name: string])[];

  constructor(parameters: readonly Parameter[]) {
    const secret = parameters.filter(({ isSecret }) => isSecret);
    this.#names = new Set(secret.map(({ name }) => name));
    this.#forms = secret
      .flatMap(({ name, value = '' }) => secretsOfValues([value]).map((form) => [form, name] as const))
      .toSorted(([a], [b]) => b.length - a.length);
  }

  /** Their values in all encodings. */
  get values(): readonly string[] {
    return this.#forms.map(([form]) => form);
  }

  /** Names of those that a text uses. */
  #namesIn(text: string): readonly string[] {
    return [...text.matchAll(/\$\$\{|\$\{(\w+)\}/g)].flatMap(([, name]) =>
      name !== undefined && this.#names.has(name) ? name : [],
    );
  }

  /** Reports secrets in fields that logs and reports show. */
  check(filled: readonly ExpandedText[]): PathDiagnostic[] {
    return filled.flatMap(({ path, given, text }) => {
      if (path[0] === 'parameters') return [];
      const fault = this.faultIn(given, text, isSecretPlace(path), mayHoldSecret(path));
      return fault === undefined ? [] : [{ path, ...fault }];
    });
  }

  /**
   * Error of a text that uses a secret where it would be shown.
   * @param given as written
   * @param isSecretPlace whether the place may hold a secret
   * @param isUrl whether the text may be a URL, whose host and path are shown
   */
  faultIn(given: string, text: string, isSecretPlace: boolean, isUrl: boolean): TextFault | undefined {
    const [name] = this.#namesIn(given);
    if (name === undefined) return undefined;
    if (!isSecretPlace) {
      const hint = 'it may stand in requests, documents, credentials, headers and URLs; or set "secret": false';
      return { message: `is shown in reports, and \`${name}\` is a secret parameter`, hint };
    }
    if (!isUrl || !text.includes('://') || this.mask(redactUrl(text)) === redactUrl(text)) return undefined;
    const hint = 'it may stand in the user information and the query of a URL; or set "secret": false';
    return { message: `shows host and path in reports, and \`${name}\` is a secret parameter`, hint };
  }

  /** Replaces their values in a message by their names; values that were cut off, too. */
  mask(message: string): string {
    return this.#forms.reduce((masked, [form, name]) => {
      const whole = masked.replaceAll(form, () => `\${${name}}`);
      return maskBeginnings(whole, form, `\${${name}}`);
    }, message);
  }

  maskAll(findings: readonly PathDiagnostic[]): readonly PathDiagnostic[] {
    if (this.#forms.length === 0) return findings;
    return findings.map((finding) => ({
      ...finding,
      message: this.mask(finding.message),
      hint: finding.hint && this.mask(finding.hint),
    }));
  }
}

function isSecretPlace(path: Path): boolean {
  if (path[0] === 'sources' && path[2] === 'command') return path[3] !== 0;
  return isRequestField(path) || mayHoldSecret(path);
}
