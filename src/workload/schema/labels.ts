import { z } from 'zod';
import { text } from '../values.ts';

// Message of core/label-rules.ts, which has the checks that a pattern cannot express.
const NOT_A_NAME = 'is not a label name: use letters, digits and _, without a leading digit';

/** Name of a label. Names with a leading __ are reserved for the receiver. */
export const labelName = z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, { error: NOT_A_NAME });

/** Labels by name. */
export const labels = z.record(labelName, text);
