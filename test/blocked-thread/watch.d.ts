/**
 * Ends this process when its main thread is blocked for too long, and prints what blocked it. A timeout of a test cannot
 * do that: its timer is on the same thread.
 *
 * @param limitMs milliseconds that the thread may be blocked; four times as many if it computes little in that time, as
 * on a busy machine
 */
export function watchMainThread(limitMs: number): void;
