import { expect, it } from 'vitest';
import { readEnvoyCounters } from '../../../lib/metrics/envoy-counters.ts';
import { envoyText } from './envoy-text.ts';

interface Listener {
  readonly flows?: number;
  readonly open?: number;
  readonly ok?: number;
  readonly errors?: number;
}

const classes = (name: string, labels: string, ok: number, errors: number): string =>
  ['1', '2', '3', '4', '5']
    .map(
      (digit) =>
        `${name}{envoy_response_code_class="${digit}",${labels}} ${{ '2': ok, '5': errors }[digit] ?? 0}\n`,
    )
    .join('');

/** What a real Envoy adds: counters for each listener and each cluster. `checks`: the kubelet's, on the inner listener. */
function real(
  listeners: Readonly<Record<string, Listener>>,
  checks: { ok: number; failed: number },
  scrapes: number,
): string {
  const all = Object.values(listeners);
  const total = (pick: (one: Listener) => number | undefined) =>
    all.reduce((sum, one) => sum + (pick(one) ?? 0), 0);
  const ok = total((one) => one.ok);
  const text = envoyText({
    flows: total((one) => one.flows),
    ok,
    errors: total((one) => one.errors),
    latency: [ok, ok, ok, ok],
  });
  const byListener = Object.entries(listeners).map(
    ([address, one]) =>
      `envoy_listener_downstream_cx_total{envoy_listener_address="${address}"} ${one.flows ?? 0}\n` +
      `envoy_listener_downstream_cx_active{envoy_listener_address="${address}"} ${one.open ?? 0}\n` +
      classes(
        'envoy_listener_http_downstream_rq_xx',
        `envoy_http_conn_manager_prefix="ingress_http",envoy_listener_address="${address}"`,
        one.ok ?? 0,
        one.errors ?? 0,
      ),
  );
  // The listener for statistics answered 9,000 and nine errors in `envoyText`; `scrapes` more.
  const upstream = classes(
    'envoy_cluster_upstream_rq_xx',
    'envoy_cluster_name="service_stats"',
    9000 + scrapes + checks.ok,
    9 + checks.failed,
  );
  const services = classes('envoy_cluster_upstream_rq_xx', 'envoy_cluster_name="shop/cart"', 12_345, 7);
  const scraped = `envoy_http_downstream_rq_xx{envoy_response_code_class="2",envoy_http_conn_manager_prefix="stats_server"} ${scrapes}\n`;
  return text + byListener.join('') + upstream + services + scraped;
}

it('a real Envoy: flows from outside, requests of all callers, none of the checks and probes', () => {
  const counters = readEnvoyCounters(
    real(
      {
        '0.0.0.0_8080': { flows: 40, open: 4, ok: 500, errors: 6 },
        '[__]_8443': { flows: 2, open: 1, ok: 20 },
        // Callers inside of the cluster asked 10 times, the kubelet 300 times, of which 3 while it drained.
        '0.0.0.0_8081': { flows: 310, open: 1, ok: 307, errors: 3 },
        '0.0.0.0_8090': { flows: 99, ok: 99, errors: 99 },
      },
      { ok: 297, failed: 3 },
      50,
    ),
  );
  expect(counters).toMatchObject({ flows: 42, openFlows: 5, requests: 536, errors: 6 });
});

it('a gateway that nobody asks anything stays quiet while the kubelet and the scraper ask on', () => {
  const at = (checks: number, scrapes: number) =>
    readEnvoyCounters(
      real(
        { '0.0.0.0_8080': { flows: 7, ok: 70 }, '0.0.0.0_8081': { flows: checks, ok: checks } },
        { ok: checks, failed: 0 },
        scrapes,
      ),
    );
  const [before, after] = [at(100, 10), at(160, 400)];
  expect([after.requests - before.requests, after.flows - before.flows]).toEqual([0, 0]);
});
