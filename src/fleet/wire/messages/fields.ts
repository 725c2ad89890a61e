import { z } from 'zod';
import { INFINITE } from '../envelope.ts';

/** Largest number of entries in any list of a message, and of jobs. */
const MOST_ENTRIES = 10_000;

/** Name of an agent, a run, a host, a driver: at least one character. */
export const nameField = z.string().min(1).max(256);
const MAX_TEXT = 8192;
/** Text of a message for people. */
export const textField = z.string().max(MAX_TEXT);

/** Shortens a text that may be longer than `textField` allows. */
export function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 3)}...`;
}
/** An integer from 0 to 2^53 - 1. */
export const countField = z.int().min(0);
/** A point in time or an offset in milliseconds: any finite number. */
export const timeMsField = z.number();
/** A duration or another quantity: finite, at least 0. */
export const quantityField = z.number().min(0);
/** An integer from 0 on, or Infinity. */
export const limitField = z.union([countField, z.literal(INFINITE).transform(() => Infinity), z.literal(Infinity)]);
/** Index of a job in the plan, or of a part in its job. */
export const indexField = z.int().min(0).max(MOST_ENTRIES);
/** Rank of a load thread in the run, or the number of all ranks. */
export const rankField = z.int().min(0).max(1_000_000);
/** 32-bit mask of the active phases, the lowest bit is the first phase. */
export const phaseMaskField = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
/** Bytes in base64: keys and signatures. */
export const keyField = z.base64().max(256);

export function listOf<Item extends z.ZodType>(item: Item, most = MOST_ENTRIES) {
  return z.array(item).max(most).readonly();
}
