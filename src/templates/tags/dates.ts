import { integersBetween } from '../../shared/random.ts';
import type { Renderer } from '../tag.ts';

const DAY_MS = 86_400_000;
/** Range of a `#date` without arguments: fixed, so that a seed gives the same dates every year. */
const DEFAULT_RANGE = ['2000-01-01', '2024-12-31'] as const;

/**
 * Renders days such as `2024-05-06`, or moments such as `2024-05-06T07:08:09.123Z` if a bound is a moment.
 * @param bounds empty, or two inclusive bounds in any order
 */
export function dates(key: number, bounds: readonly string[]): Renderer {
  const [from = DEFAULT_RANGE[0], to = DEFAULT_RANGE[1]] = bounds;
  const first = Math.min(Date.parse(from), Date.parse(to));
  const last = Math.max(Date.parse(from), Date.parse(to));
  if (from.includes('T') || to.includes('T')) {
    const draw = integersBetween(key, first, last);
    return (number) => new Date(draw(number)).toISOString();
  }
  const draw = integersBetween(key, Math.floor(first / DAY_MS), Math.floor(last / DAY_MS));
  return (number) => formatDay(draw(number));
}

const TWO_DIGITS = Array.from({ length: 32 }, (_, number) => String(number).padStart(2, '0'));
/** Days from 0000-03-01, the algorithm's origin, to 1970-01-01. */
const DAYS_TO_EPOCH = 719_468;
const DAYS_IN_400_YEARS = 146_097;

/**
 * Formats a day since 1970-01-01 in a tenth of the time of a Date. Years start in March, so that the leap day is the
 * last: `civil_from_days` of https://howardhinnant.github.io/date_algorithms.html
 */
function formatDay(epochDay: number): string {
  const shifted = epochDay + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_IN_400_YEARS);
  const dayOfEra = shifted - era * DAYS_IN_400_YEARS;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${TWO_DIGITS[month]}-${TWO_DIGITS[day]}`;
}
