import { keyOfJob } from './live-run.js';

/** @import { LiveCharts, LiveChart } from './live-charts.js' */

/** Shows the histogram of a job's latencies, in the bins of the report. @param {LiveCharts} charts @param {any} job @param {Map<string, any>} histograms @param {boolean} isFixed */
export function showHistogram(charts, job, histograms, isFixed) {
  const histogram = histograms.get(keyOfJob(job));
  if (histogram === undefined) return;
  const { edges, response, service } = histogram;
  /** @type {LiveChart['lines']} */
  const lines = [
    ...(response === null
      ? []
      : [
          {
            label: 'response time',
            color: /** @type {'orange'} */ ('orange'),
            look: /** @type {'steps'} */ ('steps'),
            values: response,
          },
        ]),
    { label: 'service time', color: 'blue', look: 'steps', values: service },
  ];
  const id = 'chart-histogram';
  charts.show(
    'Latency histogram',
    'requests by latency',
    { id, axis: id, kind: 'histogram', unit: 'count', isLog: false, lines, limits: [] },
    edges,
    isFixed,
  );
}
