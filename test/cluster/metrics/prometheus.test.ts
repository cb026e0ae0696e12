import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Duration } from '../../../lib/fleet/duration.ts';
import { createOwnGates } from '../../../lib/metrics/own-gates.ts';
import { createPrometheusGateways } from '../../../lib/metrics/prometheus-gateways.ts';
import { envoyText } from '../../lib/metrics/envoy-text.ts';
import { findProgram } from '../machine/index.ts';

const prometheus = findProgram('prometheus');

const listening = (server: ReturnType<typeof createServer>): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it.skipIf(prometheus === undefined && process.env.CI === undefined)(
  'a real Prometheus server answers what its gateways have counted, and the queries of gates',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zeroshift-prometheus-'));
    const gateway = createServer((_, response) =>
      response.end(
        [
          envoyText({ flows: 10, open: 2, ok: 90, errors: 10, latency: [50, 90, 99, 100] }).trimEnd(),
          'envoy_cluster_upstream_rq_active{envoy_cluster_name="shop/cart-00001"} 1',
          'envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="shop/cart-00001"} 90',
          'envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",envoy_cluster_name="shop/cart-00001"} 10',
          'envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",envoy_cluster_name="service_stats"} 7',
          '',
        ].join('\n'),
      ),
    );
    const [scraped, port] = [await listening(gateway), await freePort()];
    await writeFile(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        global: { scrape_interval: '1s' },
        scrape_configs: [
          {
            job_name: 'gateways',
            static_configs: [
              { targets: [`127.0.0.1:${scraped}`], labels: { pod: 'gw-a', cluster: 'shop-blue' } },
            ],
          },
        ],
      }),
    );
    const server = spawn(
      prometheus ?? 'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => server.on('close', resolve));
    try {
      const url = `http://127.0.0.1:${port}`;
      const metrics = createPrometheusGateways({ url, selector: 'cluster="shop-blue"' });
      const until = Date.now() + 30_000;
      let sample = await metrics.gateways().catch(() => undefined);
      while (sample === undefined && Date.now() < until) {
        await sleep(250);
        sample = await metrics.gateways().catch(() => undefined);
      }
      expect(sample).toMatchObject({ flows: 10, openFlows: 2, requests: 100, errors: 10, sources: ['gw-a'] });
      expect(sample?.latency.map(({ count }) => count)).toEqual([50, 90, 99, 100]);
      expect(await metrics.revisions?.()).toEqual({
        'shop/cart-00001': { active: 1, requests: 100, errors: 10 },
      });
      const gate = { timeout: Duration.seconds(5), most: 1 };
      const answers = await createOwnGates([
        {
          ...gate,
          name: 'one',
          prometheus: {
            url,
            query:
              'sum(envoy_http_downstream_rq_xx{cluster="shop-{from}",envoy_response_code_class="5",envoy_http_conn_manager_prefix="ingress_http"})',
          },
        },
        { ...gate, name: 'scalar', prometheus: { url, query: 'scalar(vector(0.5))' } },
        { ...gate, name: 'none', prometheus: { url, query: 'nothing_of_this_name' } },
        { ...gate, name: 'many', prometheus: { url, query: 'envoy_http_downstream_rq_xx' } },
        { ...gate, name: 'nan', prometheus: { url, query: '0/0' } },
        { ...gate, name: 'wrong', prometheus: { url, query: 'sum(' } },
      ]).ask({ region: 'eu-west-1', from: 'blue', to: 'green' });
      const values = Object.fromEntries(answers.map(({ name, value }) => [name, value]));
      expect(values).toEqual({ one: 10, scalar: 0.5 });
      expect(answers.find(({ name }) => name === 'wrong')?.text).toMatch(/^status 400: /);
    } finally {
      server.kill();
      await ended;
      gateway.closeAllConnections();
      gateway.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
