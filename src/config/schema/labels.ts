import { z } from 'zod';
import { text } from './values.ts';

// The words of core/label-rules.ts, where what goes beyond a pattern is checked.
const NOT_A_NAME = 'is not a label name: use letters, digits and _, without a leading digit';

/** Name of a label. Those that begin with __ belong to the receiver. */
export const labelName = z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, { error: NOT_A_NAME });

/** Labels by name. */
export const labels = z.record(labelName, text);
