import type { Environment } from '../workload/variables.ts';
import type { SecretReplacer } from '../request-files/redact-request.ts';
import { asVariable, hasTemplate, unmark, variableName } from '../request-files/template-text.ts';

/** A variable that holds a secret of the imported requests. */
export interface SecretVariable {
  readonly name: string;
  /** Where its value was, such as `the header cookie`. */
  readonly origin: string;
  readonly value: string;
  /** Whether the environment has it, with this value. */
  readonly isSet: boolean;
}

/** Shortest value that is looked for in the environment: shorter ones are there by chance. */
const MIN_LENGTH = 4;

/** Names a variable for each secret: a workload file contains the names alone. */
export class SecretVariables implements SecretReplacer {
  readonly #env: Environment;
  readonly #byName = new Map<string, SecretVariable>();
  /** Names by wanted name and value. */
  readonly #byKey = new Map<string, string>();
  /** Names of the environment's variables by value. */
  readonly #names = new Map<string, string>();
  readonly #shared = new Map<string, string>();

  /** @param env a secret that is the value of a variable gets that variable's name */
  constructor(env: Environment) {
    this.#env = env;
    for (const [name, value] of Object.entries(env)) {
      if (value !== undefined && value.length >= MIN_LENGTH && /^[A-Za-z_]\w*$/.test(name))
        this.#names.set(value, name);
    }
  }

  /** All variables, in the order of their first use. */
  get all(): readonly SecretVariable[] {
    return [...this.#byName.values()];
  }

  /**
   * Replaces a secret by a variable; returns it unchanged if it contains a template already.
   * @param name base of the variable's name, such as that of the header
   */
  replace(value: string, name: string, origin: string): string {
    if (value === '' || hasTemplate(value)) return value;
    return asVariable(this.#nameOf(value, name, origin));
  }

  /** Replaces a secret by the one variable of its name, whose value may differ from request to request. */
  replaceAll(value: string, name: string, origin: string): string {
    if (value === '' || hasTemplate(value)) return value;
    const known = this.#shared.get(name) ?? this.#nameOf(value, name, origin);
    this.#shared.set(name, known);
    return asVariable(known);
  }

  #nameOf(value: string, wanted: string, origin: string): string {
    const base = variableName(wanted).toUpperCase();
    const key = `${base} ${value}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const given = this.#names.get(value);
    const name = given ?? this.#freeName(base);
    this.#byKey.set(key, name);
    this.#byName.set(name, { name, origin: unmark(origin), value, isSet: given !== undefined });
    return name;
  }

  #freeName(base: string): string {
    let name = base;
    for (let number = 2; this.#byName.has(name) || this.#env[name] !== undefined; number++) name = `${base}_${number}`;
    return name;
  }
}
