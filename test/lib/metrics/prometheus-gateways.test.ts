import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { readEnvoyCounters } from '../../../lib/metrics/envoy-counters.ts';
import { createPrometheusGateways } from '../../../lib/metrics/prometheus-gateways.ts';
import { parsePrometheusText } from '../../../lib/metrics/prometheus-text.ts';
import { envoyText } from './envoy-text.ts';

const texts = {
  'gw-a': envoyText({ flows: 10, open: 2, ok: 90, errors: 10, latency: [50, 90, 99, 100] }),
  'gw-b': envoyText({ flows: 5, open: 1, ok: 40, latency: [10, 20, 30, 40] }),
};

/** What a Prometheus server answers that scraped these. */
const vector = Object.entries(texts).flatMap(([pod, text]) =>
  parsePrometheusText(text).map(({ name, labels, value }) => ({
    metric: { __name__: name, ...labels, pod, cluster: 'blue' },
    value: [1_700_000_000, String(value)],
  })),
);

it('reads from a Prometheus server what the gateways would say themselves', async () => {
  const queries: string[] = [];
  let result: readonly unknown[] = vector;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      queries.push(
        `${request.url} ${new URLSearchParams(body).get('query')} ${request.headers.authorization}`,
      );
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const url = `http://user:p%40ss@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/prom/`;
    const metrics = createPrometheusGateways({ url, selector: 'cluster="blue"' });
    const sample = await metrics.gateways();
    const [a, b] = Object.values(texts).map(readEnvoyCounters);
    expect(sample).toMatchObject({
      flows: 15,
      openFlows: 3,
      requests: 140,
      errors: 10,
      sources: ['gw-a', 'gw-b'],
      perSource: { 'gw-a': { flows: a?.flows, requests: a?.requests }, 'gw-b': { flows: b?.flows } },
    });
    expect(sample.latency.map(({ count }) => count)).toEqual([60, 110, 129, 140]);
    expect(queries[0]).toMatch(
      /^\/prom\/api\/v1\/query \{__name__=~".*rq_time_bucket.*",cluster="blue"\} Basic /,
    );

    // Nothing, or a gateway without its counters, is never a zero.
    for (const less of [
      [],
      vector.filter(({ metric }) => metric.__name__ !== 'envoy_http_downstream_cx_total'),
    ]) {
      result = less;
      await expect(metrics.gateways()).rejects.toMatchObject({ code: 'metrics.unavailable' });
    }
  } finally {
    server.close();
  }
});
