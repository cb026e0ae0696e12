import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { TokenPlace } from '../../../lib/fleet/cutover-gates.ts';
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

    result = ['gw-a', 'gw-b'].map((pod) => ({
      metric: {
        __name__: 'envoy_cluster_upstream_rq_xx',
        envoy_cluster_name: 'shop/cart-00001',
        envoy_response_code_class: '5',
        pod,
      },
      value: [1_700_000_000, '7'],
    }));
    expect(await metrics.revisions?.()).toEqual({
      'shop/cart-00001': { active: 0, requests: 14, errors: 14 },
    });
    expect(queries[1]).toContain('envoy_cluster_name=~"[^/]+/[^/]+",cluster="blue"}');
    result = vector;

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

it('sends a token from where it is when it is needed, and never tells it', async () => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401).end('{"status":"error","error":"who are you?"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  try {
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const file = join(folder, 'token');
    const failure = async (token: TokenPlace): Promise<string> => {
      const metrics = createPrometheusGateways({ url, selector: 'cluster="blue"', token });
      return metrics.gateways().catch((error: unknown) => String(error)) as Promise<string>;
    };
    vi.stubEnv('ZEROSHIFT_TEST_TOKEN', 'first-secret');
    await writeFile(file, 'second-secret\n');
    const told = [await failure({ env: 'ZEROSHIFT_TEST_TOKEN' }), await failure({ file })];
    await writeFile(file, 'renewed\n');
    told.push(await failure({ file }));
    expect(seen).toEqual(['Bearer first-secret', 'Bearer second-secret', 'Bearer renewed']);
    for (const text of told) expect(text).toMatch(/status 401: who are you\?$/);
    await writeFile(file, 'two\nlines');
    expect(await failure({ file })).toMatch(/what is in the file .* is no token$/);
    expect(await failure({ file: join(folder, 'nowhere') })).toMatch(/cannot be read: ENOENT$/);
    expect(await failure({ env: 'ZEROSHIFT_TEST_NONE' })).toMatch(
      /there is no token in the variable ZEROSHIFT_TEST_NONE$/,
    );
    expect(seen.length).toBe(3);
  } finally {
    server.close();
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true, force: true });
  }
});
