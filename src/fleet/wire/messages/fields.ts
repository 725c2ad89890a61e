import { z } from 'zod';
import { INFINITE } from '../envelope.ts';
import type { FieldCheck } from '../shape.ts';

/** Largest number of entries in any list of a message, and of jobs. */
const MOST_ENTRIES = 10_000;

const MAX_NAME = 256;
/** Name of an agent, a run, a host, a driver: at least one character. */
export const nameField = z.string().min(1).max(MAX_NAME);
export const isName: FieldCheck = (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
const MAX_TEXT = 8192;
/** Text of a message for people. */
export const textField = z.string().max(MAX_TEXT);

/** Shortens a text that may be longer than `textField` allows. */
export function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 3)}...`;
}
/** An integer from 0 to 2^53 - 1. */
export const countField = z.int().min(0);
export const isCount: FieldCheck = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
/** A point in time or an offset in milliseconds: any finite number. */
export const timeMsField = z.number();
export const isTimeMs: FieldCheck = (value) => Number.isFinite(value);
/** A duration or another quantity: finite, at least 0. */
export const quantityField = z.number().min(0);
export const isQuantity: FieldCheck = (value) => typeof value === 'number' && value >= 0 && value < Infinity;
/** An integer from 0 on, or Infinity. */
export const limitField = z.union([countField, z.literal(INFINITE).transform(() => Infinity), z.literal(Infinity)]);
/** Index of a job in the plan, or of a part in its job. */
export const indexField = z.int().min(0).max(MOST_ENTRIES);
/** Rank of a load thread in the run, or the number of all ranks. */
export const rankField = z.int().min(0).max(1_000_000);
const HIGHEST_MASK = 2 ** 32 - 1;
/** 32-bit mask of the active phases, the lowest bit is the first phase. */
export const phaseMaskField = z.int().min(0).max(HIGHEST_MASK);
export const isPhaseMask: FieldCheck = (value) => isCount(value) && Number(value) <= HIGHEST_MASK;
/** Bytes in base64: keys and signatures. */
export const keyField = z.base64().max(256);

export function listOf<Item extends z.ZodType>(item: Item, most = MOST_ENTRIES) {
  return z.array(item).max(most).readonly();
}
