/** One status, a class of them, or a range: `204`, `2xx`, `200-204`. */
export const STATUS = /^[1-5](xx|\d\d|\d\d-[1-5]\d\d)$/;

/** Inclusive status range of a validated number or text. */
export function parseStatusRange(status: number | string): readonly [from: number, to: number] {
  if (typeof status === 'number') return [status, status];
  if (status.endsWith('xx')) return [Number(status[0]) * 100, Number(status[0]) * 100 + 99];
  const [from = '', to = from] = status.split('-');
  return [Number(from), Number(to)];
}
