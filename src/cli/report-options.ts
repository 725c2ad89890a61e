import { Option } from 'commander';
import { didYouMean } from '../workload/suggest.ts';
import { LoadbotError, type Diagnostic } from '../shared/errors.ts';
import type { FileReport } from '../reports/file-reports.ts';
import { REPORT_KINDS } from '../reports/report-kinds.ts';
import { collect } from './plan-options.ts';

/** Description of `--verbose`, wherever a summary is printed. */
export const VERBOSE = 'a longer summary: details of more than five jobs, 95 % intervals of percentiles, all warnings';

/** The flag that asks for report files. */
export function reportOption(description: string): Option {
  return new Option('--report <kind=file>', description).argParser(collect);
}

/**
 * Reads `junit=out.xml,json=out.json`. A comma only divides where a kind follows, so that paths may have some.
 * @param values each `--report`
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export function parseReports(values: readonly string[]): readonly FileReport[] {
  const problems: Diagnostic[] = [];
  const files = values
    .flatMap((value) => value.split(/,(?=[a-z0-9_]+=)/))
    .flatMap((text): FileReport[] => {
      const at = text.indexOf('=');
      const [name, path] = [text.slice(0, at), text.slice(at + 1).trim()];
      if (at === -1 || path === '') {
        problems.push({ path: '--report', message: `\`${text}\` is not KIND=FILE`, hint: 'such as junit=report.xml' });
        return [];
      }
      const kind = REPORT_KINDS.find((one) => one === name.trim());
      if (kind !== undefined) return [{ kind, path }];
      const hint = didYouMean(name, REPORT_KINDS) ?? `kinds: ${REPORT_KINDS.join(', ')}`;
      problems.push({ path: '--report', message: `\`${name}\` is not a kind of report`, hint });
      return [];
    });
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the reports cannot be written', { problems });
  return files;
}
