import { didYouMean } from '../workload/suggest.ts';
import { LoadbotError, type Diagnostic } from '../shared/errors.ts';
import { type Allowances, COMPARED_METRICS, DEFAULT_ALLOWED } from '../comparison/compare.ts';

/**
 * Parses `p99=10%,rate=2%`: the allowed regression of each metric; others keep their default.
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export function parseMaxRegression(values: readonly string[]): Allowances {
  const problems: Diagnostic[] = [];
  const report = (message: string, hint: string): void => {
    problems.push({ path: '--max-regression', message, hint });
  };
  const given = values
    .flatMap((value) => value.split(','))
    .map((text): Partial<Allowances> => {
      const [, name = '', number = '', percent] = /^\s*(\w+)\s*=\s*(\d{1,6}(?:\.\d{1,6})?)\s*(%?)\s*$/.exec(text) ?? [];
      const metric = COMPARED_METRICS.find((one) => one === name);
      if (name === '') report(`\`${text}\` is not METRIC=SHARE`, 'such as p99=10%');
      else if (percent !== '%') report(`${number} has no unit`, `write ${name}=${number}%`);
      else if (metric === undefined) {
        report(
          `\`${name}\` is nothing that runs are compared by`,
          didYouMean(name, COMPARED_METRICS) ?? COMPARED_METRICS.join(', '),
        );
      } else return { [metric]: Number(number) / 100 };
      return {};
    });
  if (problems.length > 0) {
    throw new LoadbotError('config_invalid', 'invalid --max-regression', { problems });
  }
  return Object.assign({}, DEFAULT_ALLOWED, ...given) as Allowances;
}
