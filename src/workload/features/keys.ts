import type { KeyChoice } from '../../plan/key-choice.ts';
import { z } from 'zod';
import { DEFAULTS } from '../defaults.ts';
import type { PathDiagnostic } from '../diagnostics.ts';
import { asObject, requestsOf } from '../entries.ts';
import { optional, required } from '../values.ts';

const DISTRIBUTIONS = ['uniform', 'zipfian', 'latest', 'hotspot', 'sequential'] as const;

const FORMS = `must be ${DISTRIBUTIONS.map((name) => `"${name}"`).join(', ')}, or an object with a \`distribution\``;

/** From 0 to 1, both included. */
const share = z
  .number({ error: 'must be a share from 0 to 1' })
  .min(0, { error: 'must be a share from 0 to 1' })
  .max(1, { error: 'must be a share from 0 to 1' });

const THETA = 'must be a number above 0 and below 1';

const { keys: defaults } = DEFAULTS;

const tunedKeys = z
  .strictObject({
    distribution: required(z.enum(DISTRIBUTIONS), {
      description: 'Distribution of requests over documents.',
      examples: ['zipfian'],
    }),
    theta: optional(z.number({ error: THETA }).gt(0, { error: THETA }).lt(1, { error: THETA }), {
      description:
        'Skew of `zipfian` and `latest`, above 0 and below 1: the n-th most popular document is requested in proportion to 1/n^theta.',
      default: defaults.theta,
      examples: [0.8],
    }),
    scrambled: optional(z.boolean(), {
      description: 'Spread the popular documents of `zipfian` over the key space; false makes the oldest ones popular.',
      default: defaults.scrambled,
      examples: [false],
    }),
    hot_keys: optional(share, {
      description: 'Share of the documents, the oldest ones, that are hot in `hotspot`, 0 to 1.',
      default: defaults.hot_keys,
      examples: [0.1],
    }),
    hot_operations: optional(share, {
      description: 'Share of the requests of `hotspot` that go to hot documents, 0 to 1.',
      default: defaults.hot_operations,
      examples: [0.9],
    }),
  })
  .meta({ id: 'keys', description: 'Key distribution with parameters.' });

/** Selection of the documents of a read or update. */
export const keysSchema = z.union([z.enum(DISTRIBUTIONS, { error: FORMS }), tunedKeys], { error: FORMS });

/** A `keys` setting, before defaults. */
export type KeysEntry = z.infer<typeof keysSchema>;

/** Object form of `keys`. */
type TunedKeysEntry = z.infer<typeof tunedKeys>;

/** Field names of the object form of `keys`. */
export const KEYS_FIELDS: readonly string[] = Object.keys(tunedKeys.shape);

/** Distributions by the setting that applies to them. */
const HOLDERS: Readonly<Record<string, readonly string[]>> = {
  theta: ['zipfian', 'latest'],
  scrambled: ['zipfian'],
  hot_keys: ['hotspot'],
  hot_operations: ['hotspot'],
};

/** Reports `keys` settings that do not belong to the chosen distribution. */
export function checkKeys(file: unknown): PathDiagnostic[] {
  return requestsOf(file).flatMap(({ path, fields }) => {
    const keys = asObject(fields['keys']);
    const distribution = String(keys?.['distribution']);
    return Object.entries(HOLDERS)
      .filter(([name, holders]) => keys?.[name] !== undefined && !holders.includes(distribution))
      .map(([name, holders]) => ({
        path: [...path, 'keys', name],
        part: 'key' as const,
        message: `\`${name}\` does not apply to the distribution "${distribution}"`,
        hint: `it is a setting of ${holders.join(' and ')}`,
      }));
  });
}

/** Plans the selection of documents, with every default applied. */
export function planKeys(entry: KeysEntry): KeyChoice {
  const keys: TunedKeysEntry = typeof entry === 'string' ? { distribution: entry } : entry;
  const { distribution, theta = defaults.theta, scrambled = defaults.scrambled } = keys;
  const { hot_keys: hotKeys = defaults.hot_keys, hot_operations: hotOperations = defaults.hot_operations } = keys;
  const choices: { readonly [Name in KeyChoice['distribution']]: KeyChoice } = {
    uniform: { distribution: 'uniform' },
    sequential: { distribution: 'sequential' },
    zipfian: { distribution: 'zipfian', theta, scrambled },
    latest: { distribution: 'latest', theta },
    hotspot: { distribution: 'hotspot', hotKeys, hotOperations },
  };
  return choices[distribution];
}
