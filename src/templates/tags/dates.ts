import type { Clock } from '../../shared/clock.ts';
import { integersBetween } from '../../shared/random.ts';
import { hasCount, optional, plainTag, type Renderer, type TagDefinition, takesNone } from '../tag.ts';

const DAY_MS = 86_400_000;
/** Range of a `#date` without arguments: fixed, so that a seed gives the same dates every year. */
const DEFAULT_RANGE = ['2000-01-01', '2024-12-31'] as const;

export const dateTag: TagDefinition = {
  written: ['#date', '#date(from,to)'],
  type: 'text',
  meaning:
    'A day such as `2024-05-06`, from 2000 to 2024 or between two, both included; a moment in ISO 8601 if one of the two is a moment such as `2024-05-06T07:08:09Z`.',
  takes: optional((args) => hasCount(args, 2) && args.every(isDate)),
  compile: (key, _, bounds) => plainTag(dates(key, bounds)),
};

/** A day, or a moment with a time zone: `2024-05-06`, `2024-05-06T07:08:09Z`. */
function isDate(arg: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.test(arg) && !Number.isNaN(Date.parse(arg))
  );
}

/**
 * Renders days such as `2024-05-06`, or moments such as `2024-05-06T07:08:09.123Z` if a bound is a moment.
 * @param bounds empty, or two inclusive bounds in any order
 */
function dates(key: number, bounds: readonly string[]): Renderer {
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

export const nowTag: TagDefinition = {
  written: ['#now'],
  type: 'text',
  meaning: 'The time in ISO 8601, UTC, with milliseconds: the only tag that does not depend on the seed.',
  takes: takesNone,
  compile: (_, { now }) => plainTag(now),
};

/**
 * Returns the function for `#now`: the current time in ISO 8601, UTC, with milliseconds, such as
 * `2024-05-06T07:08:09.123Z`. Formatting costs about ten clock reads, so the text is cached until the millisecond
 * changes.
 */
export function isoNow(clock: Clock): () => string {
  let epochMs = NaN;
  let text = '';
  return () => {
    const nowMs = clock.epochMs();
    if (nowMs !== epochMs) {
      epochMs = nowMs;
      text = new Date(nowMs).toISOString();
    }
    return text;
  };
}
