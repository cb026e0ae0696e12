import { describe, expect, it } from 'vitest';
import type { ClusterPort, KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { createGatewayMetrics } from '../../../lib/metrics/gateway-stats.ts';
import { unbounded } from '../../../lib/metrics/metrics-port.ts';
import { envoyText } from './envoy-text.ts';

interface FakePod {
  readonly name: string;
  readonly text: string | Error;
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly restarts?: number;
}

function metricsOf(pods: readonly FakePod[]) {
  const asked: unknown[] = [];
  const cluster = {
    async *list(...args: unknown[]) {
      asked.push(args);
      for (const { name, ready = true, terminating, restarts = 0 } of pods)
        yield {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name,
            uid: `uid-${name}`,
            ...(terminating && { deletionTimestamp: '2026-11-01T00:00:00Z' }),
          },
          status: {
            conditions: [
              { type: 'PodScheduled', status: 'True' },
              { type: 'Ready', status: ready ? 'True' : 'False' },
            ],
            containerStatuses: [{ restartCount: restarts }],
          },
        } satisfies KubeObject;
    },
    podProxy: async (pod: { name: string }, path: string) => {
      asked.push([pod, path]);
      const text = pods.find(({ name }) => name === pod.name)?.text ?? new Error('no such pod');
      if (text instanceof Error) throw text;
      return text;
    },
  };
  return { metrics: createGatewayMetrics(cluster as unknown as ClusterPort), asked };
}

const one = envoyText({ flows: 10, open: 2, ok: 90, notFound: 5, errors: 5, latency: [50, 80, 95, 100] });
const two = envoyText({ flows: 30, open: 1, ok: 300, latency: [100, 200, 300, 300] });

describe('gateway metrics', () => {
  it('add up the ready gateways, of the serving listener only', async () => {
    const { metrics, asked } = metricsOf([
      { name: 'a', text: one },
      { name: 'b', text: two, restarts: 2 },
      { name: 'starting', text: two, ready: false },
      { name: 'ending', text: two, terminating: true },
    ]);
    const sample = await metrics.gateways();
    expect(sample).toMatchObject({
      flows: 40,
      openFlows: 3,
      requests: 400,
      errors: 5,
      latency: [
        { le: 1, count: 150 },
        { le: 5, count: 280 },
        { le: 10, count: 395 },
        { le: unbounded, count: 400 },
      ],
      sources: ['a@uid-a', 'b@uid-b+2'],
      perSource: { 'a@uid-a': { flows: 10, requests: 100, errors: 5 } },
    });
    // The journal keeps samples as JSON.
    expect(JSON.parse(JSON.stringify(sample))).toEqual(sample);
    expect(Math.abs(sample.at - Date.now())).toBeLessThan(5000);
    expect(asked).toEqual([
      [
        { apiVersion: 'v1', kind: 'Pod' },
        { namespace: 'kourier-system', labelSelector: 'app=3scale-kourier-gateway' },
      ],
      [{ namespace: 'kourier-system', name: 'a', port: 9000 }, '/stats/prometheus'],
      [{ namespace: 'kourier-system', name: 'b', port: 9000 }, '/stats/prometheus'],
    ]);
  });

  it('accept a gateway without requests and without a histogram', async () => {
    const fresh = { name: 'new', text: envoyText({ flows: 0 }) };
    expect(await metricsOf([fresh]).metrics.gateways()).toMatchObject({ requests: 0, latency: [] });
    expect((await metricsOf([fresh, { name: 'a', text: one }]).metrics.gateways()).latency.at(-1)).toEqual({
      le: unbounded,
      count: 100,
    });
  });

  const without = (part: string) => one.replaceAll(part, 'something_else');
  it.each([
    ['no pod', []],
    ['no ready pod', [{ name: 'a', text: one, ready: false }]],
    [
      'one of two that does not answer',
      [
        { name: 'a', text: one },
        { name: 'b', text: new Error('502') },
      ],
    ],
    ['an empty answer', [{ name: 'a', text: '' }]],
    ['no flows', [{ name: 'a', text: without('envoy_http_downstream_cx_total') }]],
    ['no requests', [{ name: 'a', text: without('envoy_http_downstream_rq_xx') }]],
    ['requests without a histogram', [{ name: 'a', text: envoyText({ flows: 1, ok: 1 }) }]],
    ['only its own listeners', [{ name: 'a', text: one.replaceAll('ingress_http', 'admin') }]],
    ['a value that is no count', [{ name: 'a', text: `${one}envoy_http_downstream_cx_total NaN\n` }]],
    ['a line cut short', [{ name: 'a', text: `${one}envoy_http_downstream_rq_xx{envoy_resp` }]],
    [
      'histograms that cannot be added',
      [
        { name: 'a', text: one },
        { name: 'b', text: one.replaceAll('le="5"', 'le="6"') },
      ],
    ],
  ] as [string, FakePod[]][])('are unavailable with %s', async (_, pods) => {
    await expect(metricsOf(pods).metrics.gateways()).rejects.toMatchObject({
      code: 'metrics.unavailable',
      source: 'outside',
    });
  });
});
