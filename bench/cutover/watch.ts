// A fleet of so many services is watched through its shares and its hold, in virtual time: what comes out is what the engine itself takes.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../lib/cutover/journal.ts';
import type { JournalEvent } from '../../lib/cutover/journal-event.ts';
import { fileMailbox } from '../../lib/cutover/mailbox.ts';
import { type CutoverPlan, sealPlan } from '../../lib/cutover/plan.ts';
import type { ColourPorts, CutoverPorts } from '../../lib/cutover/ports.ts';
import { runCutover } from '../../lib/cutover/runner.ts';
import type { Colour } from '../../lib/fleet/colour.ts';
import { type GatewaySample, type RevisionTraffic, unbounded } from '../../lib/metrics/metrics-port.ts';
import type { Endpoint } from '../../lib/traffic/traffic-port.ts';

const [servicesGiven = '10000', hoursGiven = '24'] = process.argv.slice(2);
const services = Number(servicesGiven);
const regions = ['eu-west-1', 'us-east-1', 'ap-southeast-2'];
const shares = [5, 25, 50, 100];
const bake = 600_000;
const hold = Number(hoursGiven) * 3_600_000;
/** Requests a second of a region, and the part of the services that have traffic. */
const [rate, busyPart] = [2_000, 0.2];

const began = Date.UTC(2026, 0, 1);
let now = began;
const idOf = (region: string, colour: Colour): string => `arn:${region}:${colour}`;
const groups = new Map<string, Endpoint[]>(
  regions.map((region) => [
    region,
    [
      { id: idOf(region, 'blue'), weight: 100, health: 'HEALTHY' },
      { id: idOf(region, 'green'), weight: 0, health: 'HEALTHY' },
    ],
  ]),
);
/** What has come to each colour so far, in requests; grows with time by the shares. */
const counted = new Map<string, { at: number; blue: number; green: number }>(
  regions.map((region) => [region, { at: began, blue: 0, green: 0 }]),
);
function trafficOf(region: string): { blue: number; green: number } {
  const sums = counted.get(region) ?? { at: now, blue: 0, green: 0 };
  const [blue, green] = groups.get(region) ?? [];
  const all = (blue?.weight ?? 0) + (green?.weight ?? 0);
  const came = ((now - sums.at) / 1000) * rate;
  sums.blue += (came * (blue?.weight ?? 0)) / all;
  sums.green += (came * (green?.weight ?? 0)) / all;
  sums.at = now;
  return sums;
}
const bounds = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, unbounded];
function sample(region: string, colour: Colour): GatewaySample {
  const requests = Math.round(trafficOf(region)[colour]);
  const flows = Math.round(requests / 10);
  return {
    at: now,
    flows,
    openFlows: requests === 0 ? 0 : 100,
    requests,
    errors: 0,
    latency: bounds.map((le) => ({ le, count: Math.round(requests * Math.min(1, le / 60)) })),
    sources: ['gateway-1/uid/0', 'gateway-2/uid/0'],
    perSource: {
      'gateway-1/uid/0': { flows: flows >> 1, requests: requests >> 1, errors: 0 },
      'gateway-2/uid/0': { flows: flows - (flows >> 1), requests: requests - (requests >> 1), errors: 0 },
    },
  };
}
const names = Array.from({ length: services }, (_, index) => `service-${String(index).padStart(5, '0')}`);
const busy = Math.round(services * busyPart);
function revisions(region: string, colour: Colour): Record<string, RevisionTraffic> {
  const each = Math.round(trafficOf(region)[colour] / busy);
  return Object.fromEntries(
    names.slice(0, busy).map((name) => [`space/${name}-00001`, { active: 1, requests: each, errors: 0 }]),
  );
}
const refuse = (): never => {
  throw new Error('a watch asked a cluster');
};
const nobody: ColourPorts['cluster'] = {
  get: refuse,
  list: refuse,
  apply: refuse,
  patch: refuse,
  create: refuse,
  podProxy: refuse,
  ready: refuse,
};
const colour = (region: string, of: Colour): ColourPorts => ({
  // Nothing of a watch asks a cluster.
  cluster: nobody,
  metrics: {
    gateways: async () => sample(region, of),
    revisions: async () => revisions(region, of),
  },
  entrance: { arn: idOf(region, of), addresses: { '80': '127.0.0.1:80' } },
});
const ports: CutoverPorts = {
  traffic: {
    readGroup: async (arn) => ({ arn, region: arn, endpoints: groups.get(arn) ?? [] }),
    writeGroup: async (arn, endpoints) => {
      trafficOf(arn);
      groups.set(
        arn,
        endpoints.map((endpoint) => ({ ...endpoint, health: 'HEALTHY' })),
      );
    },
    status: async () => 'DEPLOYED',
  },
  prober: {
    probe: async ({ address, host, path }) => ({
      url: `http://${host}${path}#${address}`,
      ok: true,
      status: 200,
      latency: 5,
    }),
  },
  clock: {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  },
  rules: () => Promise.reject(new Error('nothing is migrated here')),
  regions: Object.fromEntries(
    regions.map((region) => [region, { blue: colour(region, 'blue'), green: colour(region, 'green') }]),
  ),
};
const [first = ''] = regions;
const plan: CutoverPlan = sealPlan({
  apiVersion: 'zeroshift/v1',
  kind: 'CutoverPlan',
  id: 'bench-blue-green',
  fleet: 'bench',
  createdAt: new Date(began).toISOString(),
  from: 'blue',
  to: 'green',
  acceleratorArn: 'arn:accelerator',
  regions: regions.map((region) => ({
    region,
    endpointGroupArn: region,
    endpoints: (groups.get(region) ?? []).map(({ id, weight }) => ({ id, weight })),
    entrances: { blue: idOf(region, 'blue'), green: idOf(region, 'green') },
    services: names.map((name) => ({ namespace: 'space', name, hosts: [`${name}.space.example.com`] })),
  })),
  policy: {
    bake: `${bake / 60_000}m`,
    patience: '30m',
    hold: `${hold / 3_600_000}h`,
    deployTimeout: '5m',
    readyTimeout: '30m',
    drainQuiet: '30s',
    drainTimeout: '30m',
    gates: {
      minSuccessRate: 0.999,
      maxLatencyRatio: 1.5,
      latencyFloor: '20ms',
      shareTolerance: 10,
      minSamples: 100,
      falseAlarm: 0.01,
      maxErrorRatio: 2,
      probes: { perSecond: 4, most: 200 },
    },
  },
  steps: [
    ...regions.flatMap((region) =>
      shares.map((share) => ({
        id: `${region}/shift-${share}`,
        kind: 'shift' as const,
        region,
        share,
        weights: { [idOf(region, 'blue')]: 100 - share, [idOf(region, 'green')]: share },
      })),
    ),
    { id: 'hold', kind: 'hold', region: first, regions },
  ],
});

const folder = mkdtempSync(join(tmpdir(), 'zeroshift-bench-'));
try {
  const file = join(folder, 'journal.jsonl');
  const begun = await openJournal(file);
  const write = (event: JournalEvent) => begun.append(event, now, 1);
  await write({ type: 'started', plan: plan.digest, by: { user: 'bench', host: 'bench', pid: 1 } });
  for (const region of regions)
    await write({ type: 'done', region, result: { kind: 'verify', services, waitingFor: [] } });
  await begun.close();
  const journal = await openJournal(file);
  let records = 0;
  const lease = { token: 1, check: async () => {}, release: async () => {} };
  const before = process.cpuUsage();
  const real = performance.now();
  const { state } = await runCutover({
    plan,
    journal,
    lease,
    ports,
    mailbox: fileMailbox(join(folder, 'mail')),
    onRecord: () => {
      records++;
    },
  });
  const used = process.cpuUsage(before);
  await journal.close();
  console.log(
    JSON.stringify({
      status: state.held === undefined ? state.status : JSON.stringify(state.held),
      records,
      virtualSeconds: (now - began) / 1000,
      cpuSeconds: (used.user + used.system) / 1e6,
      realSeconds: (performance.now() - real) / 1000,
      megabytes: process.resourceUsage().maxRSS / 1024,
      journalMegabytes: statSync(file).size / 2 ** 20,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
