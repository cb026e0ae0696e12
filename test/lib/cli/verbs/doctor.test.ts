import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../../lib/cli/index.ts';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { fleetText, type TwoColours, twoColours } from '../two-colours.ts';

/* Two API servers over HTTP behind the rehearsal's accelerator; blue is live. */

let there: TwoColours;
let printed: { out: string; err: string };

interface Said {
  readonly event: string;
  readonly check: string;
  readonly where: string;
  readonly value: string;
  readonly verdict: string;
  readonly todo?: string;
}

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
const gateways = (ready: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: '3scale-kourier-gateway', namespace: 'kourier-system' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'g' } },
    template: { metadata: { labels: { app: 'g' } }, spec: { containers: [{ name: 'g', image: 'envoy' }] } },
  },
  status: { readyReplicas: ready },
});
const priority = (value: number): KubeObject => ({
  apiVersion: 'scheduling.k8s.io/v1',
  kind: 'PriorityClass',
  metadata: { name: 'high' },
  value,
});
const claim: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'shop' },
  spec: {
    storageClassName: 'fast',
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
  },
};

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  printed = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += text;
    return true;
  });
  there = await twoColours();
  writeFileSync(there.file('fleet.config.ts'), fleetText());
  for (const { create } of [there.blue, there.green])
    create(namespace('knative-serving'), namespace('kourier-system'), namespace('shop'));
}, 30_000);
afterEach(async () => {
  vi.unstubAllEnvs();
  await there.close();
});

const doctor = (...more: string[]): Promise<number> =>
  main(
    ['doctor', '--fleet', there.file('fleet.config.ts'), '--locator', there.file('locator.json'), ...more],
    '0.0.0',
  );

async function results(...more: string[]): Promise<{ exit: number; checks: Said[]; last: string }> {
  printed.out = '';
  const exit = await doctor('--json', ...more);
  const all = printed.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Said);
  return { exit, checks: all.filter(({ check }) => check !== undefined), last: all.at(-1)?.event ?? '' };
}

describe('zeroshift doctor', () => {
  it('says each check with its value, and ends with 1 for a failure; writes nothing', async () => {
    there.blue.create(gateways(2), priority(1000), claim, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'fast' },
      provisioner: 'ebs.csi.aws.com',
    });
    there.green.create(gateways(2), priority(10));
    const before = JSON.stringify([
      ...(await Promise.all([everything(there.blue), everything(there.green)])),
    ]);
    const { exit, checks, last } = await results();
    const of = (check: string): Said[] => checks.filter((one) => one.check === check);
    expect([exit, last]).toEqual([1, 'doctor.unwell']);
    expect(of('storage-classes')).toEqual([
      expect.objectContaining({
        event: 'doctor.failed',
        where: 'eu-west-1 blue → green',
        value: 'other there: fast is missing and asked for',
        todo: expect.stringContaining('green'),
      }),
    ]);
    expect(of('priority-classes')[0]).toMatchObject({
      verdict: 'warn',
      value: 'other there: high is 10, not 1000',
    });
    expect(of('serving-ready').map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    // What a rehearsal's API has not is not known, with the reason; an account least of all.
    expect(of('runtime-classes')[0]).toMatchObject({
      verdict: 'unknown',
      value: expect.stringContaining('does not serve node.k8s.io/v1 RuntimeClass'),
    });
    expect(of('aws')[0]).toMatchObject({ event: 'doctor.unknown', verdict: 'unknown' });
    expect(of('entrance-health').map(({ where }) => where)).toEqual(['eu-west-1 blue', 'eu-west-1 green']);
    expect(of('migration')).toHaveLength(1);
    expect(JSON.stringify([...(await Promise.all([everything(there.blue), everything(there.green)]))])).toBe(
      before,
    );
  });

  it('looks at one colour alone, and says its gateways are away', async () => {
    there.blue.create(gateways(0));
    there.green.create(gateways(0));
    const { exit, checks } = await results('--colour', 'green');
    const failed = checks.filter(({ verdict }) => verdict === 'fail');
    expect(exit).toBe(1);
    expect(failed).toContainEqual(
      expect.objectContaining({
        check: 'serving-ready',
        where: 'eu-west-1 green',
        value: 'not ready: kourier-system/3scale-kourier-gateway (0 of 2)',
      }),
    );
    expect(checks.some(({ check, where }) => check === 'serving-ready' && where.endsWith('blue'))).toBe(
      false,
    );
    expect(checks.some(({ where }) => where.includes('→'))).toBe(false);
  });

  it('refuses a colour that there is not', async () => {
    expect(await doctor('--colour', 'red')).toBe(2);
    expect(printed.err).toContain('usage.colour');
  });

  it('of a cluster that does not answer it says that, and goes on with the other', async () => {
    there.blue.create(gateways(2));
    await there.green.close();
    const { exit, checks } = await results();
    expect(exit).toBe(1);
    expect(
      checks.filter(({ where, verdict }) => where === 'eu-west-1 green' && verdict === 'fail'),
    ).toContainEqual(
      expect.objectContaining({ check: 'api-server', value: expect.stringContaining('not known: ') }),
    );
    expect(checks.filter(({ check }) => check === 'serving-ready')).toMatchObject([
      { where: 'eu-west-1 blue', verdict: 'pass' },
    ]);
    expect(checks.find(({ check }) => check === 'storage-classes')).toMatchObject({ verdict: 'unknown' });
  });
});

async function everything({ cluster }: TwoColours['blue']): Promise<string[]> {
  const { resources } = await cluster.discover();
  const found: string[] = [];
  for (const kind of resources.filter(({ verbs }) => verbs.includes('list')))
    for await (const { metadata } of cluster.list(kind))
      found.push(`${kind.kind} ${metadata.namespace}/${metadata.name} ${metadata.resourceVersion}`);
  return found.sort();
}
