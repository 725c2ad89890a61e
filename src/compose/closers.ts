/** What closes what was opened, the last first. */
export type Closers = (() => Promise<unknown>)[];

/** Opens parts; where one cannot be had, those before it are closed again. */
export async function openOrClose<T>(open: (closers: Closers) => Promise<T>): Promise<T> {
  const closers: Closers = [];
  try {
    return await open(closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

export async function closeAll(closers: Closers): Promise<void> {
  for (const closeOne of closers.splice(0).toReversed()) await closeOne();
}
