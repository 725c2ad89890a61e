import { z } from 'zod';
import { WORKLOAD_LIMITS } from '../../shared/bounds.ts';
import { optional, text } from '../values.ts';

/** Files to include. */
export const includeField = optional(
  z.array(text).max(WORKLOAD_LIMITS.includes, { error: `must hold at most ${WORKLOAD_LIMITS.includes} files` }),
  {
    description:
      'Files whose fields are below those of this file, in order; relative to this file. See [Includes and environments](#includes-and-environments).',
    default: [],
    examples: [['common.jsonc']],
  },
);

/** Environments by name. */
export const environmentsField = optional(
  z.record(z.string().regex(/\S/, { error: 'must not be blank' }), z.record(z.string(), z.unknown())),
  {
    description:
      'Changes of this workload by name, each a JSON merge patch (RFC 7396); `--environment NAME` chooses one, else `LOADBOT_ENVIRONMENT`. See [Includes and environments](#includes-and-environments).',
    default: {},
    examples: [{ staging: { connection_string: 'https://staging.example.com' } }],
  },
);
