import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { release } from '../../../../constructs/knative/index.ts';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { DefinitionPort } from '../../../../lib/clusters/definition-port.ts';
import { applyMigration } from '../../../../lib/migration/apply/index.ts';
import { Settling } from '../../../../lib/migration/inventory/settled.ts';
import { type RegionPlan, takeMigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { rehearsalResources } from '../../../../lib/rehearsal/kube-api/index.ts';
import { type RehearsedKnative, rehearsedKnative, storePort } from '../arrival/rehearsed-knative.ts';
import { familyOn, flaws, namespace, refer, seenOf, serving } from '../arrival/twins.ts';

/* A service is deployed while an inventory is taken: template, Configuration and revisions are of several moments. */

const service = (version: number, more: object = {}): KubeObject => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name: 'cart', namespace, ...more },
  spec: { template: { spec: { containers: [{ image: `ghcr.io/a/cart:${version}` }] } } },
});

describe('a controller that is at a change', () => {
  const at = (observed: number): KubeObject => ({
    ...service(2, { generation: 2 }),
    status: { observedGeneration: observed },
  });
  const outOfDate = {
    ...at(2),
    status: { observedGeneration: 2, conditions: [{ type: 'ConfigurationsReady', reason: 'OutOfDate' }] },
  };

  it('is waited for until it has made all of it', async () => {
    const answers = [at(1), outOfDate, at(2), at(1)];
    const get = vi.fn(async () => answers.shift());
    const settling = new Settling({ get }, async () => {});
    expect(await settling.wait(at(1))).toEqual(at(2));
    expect(get).toHaveBeenCalledTimes(3);
    expect(await settling.wait(at(2))).toEqual(at(2));
    expect(get).toHaveBeenCalledTimes(3);
  });

  it('is not waited for for ever, however many services wait for it', async () => {
    let waited = 0;
    const settling = new Settling({ get: async () => at(1) }, async (ms) => {
      waited += ms;
    });
    for (let i = 0; i < 1000; i++) expect(await settling.wait(at(1))).toEqual(at(1));
    expect(waited).toBeLessThan(11_000);
  });

  it('needs no waiting for what is gone or going', async () => {
    const settling = new Settling({ get: async () => undefined }, async () => {});
    expect(await settling.wait(at(1))).toBeUndefined();
    const going = service(1, { generation: 2, deletionTimestamp: '2026-11-24T00:00:00Z' });
    expect(await settling.wait(going)).toBe(going);
  });
});

describe('a service that is deployed while a plan is made', () => {
  let blue: RehearsedKnative;
  let green: RehearsedKnative;

  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-11-24T00:00:00Z') });
    [blue, green] = [rehearsedKnative(), rehearsedKnative({ seed: 8 })];
  });
  afterEach(() => {
    blue.close();
    green.close();
    vi.useRealTimers();
  });

  const discover: DefinitionPort['discover'] = async () => ({
    resources: rehearsalResources.map(({ group, version, kind, namespaced }) => ({
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      namespaced,
      verbs: ['get', 'list'],
      preferred: true,
    })),
    unknown: [],
  });

  /** @param onList called before a kind is listed */
  function colours(onList: (kind: string) => void) {
    const [here, there] = [
      storePort(blue.store, 'kubectl'),
      storePort(green.store, 'zeroshift', () => green.settle()),
    ];
    const source = {
      ...here,
      discover,
      list: async function* (...[kind, options]: Parameters<typeof here.list>) {
        onList(kind.kind);
        yield* here.list(kind, options);
      },
    };
    return { here, there, source, target: { ...there, discover } };
  }

  type Ports = ReturnType<typeof colours>;
  const plan = ({ source, target }: Ports): Promise<RegionPlan> =>
    takeMigrationPlan({
      source,
      target,
      context: { from: 'blue', to: 'green', region: 'eu-west-1' },
      release: { knative: '1.23.0', features: release('1.23.0', 'test').features },
      scope: { namespaces: [namespace] },
    });
  const bring = async (ports: Ports, planned: RegionPlan) => {
    const applied = await applyMigration({ plan: planned, source: ports.here, target: ports.there });
    expect(applied.objects.filter(({ outcome }) => outcome !== 'unchanged' && outcome !== 'applied')).toEqual(
      [],
    );
    await green.pass(10);
  };
  /** What runs on green under the newest template is what blue ran under it. */
  const expectNoMixture = async ({ there, here }: Ports): Promise<void> => {
    const { configuration, revisions } = await familyOn(there, 'cart');
    const latest: string = configuration?.status?.latestCreatedRevisionName;
    const made = revisions.find(({ metadata }) => metadata.name === latest);
    const image: string = configuration?.spec.template.spec.containers[0].image;
    const [, tag] = image.split(':');
    const blues = (await familyOn(here, 'cart')).revisions.find(
      (one) => one.spec.containers[0].image === image,
    );
    expect(made?.status?.containerStatuses[0].imageDigest, `what runs for ${tag}`).toBe(
      blues?.status?.containerStatuses[0].imageDigest,
    );
  };

  for (const before of ['Service', 'Configuration', 'Revision'])
    for (const [moment, lag] of [
      ['and all is made at once', 0],
      ['and its controller comes later', 40],
    ] as const)
      it(`before ${before}s are read, ${moment}: old code is never taken for new`, async () => {
        let isArmed = false;
        const ports = colours((kind) => {
          if (!isArmed || kind !== before) return;
          isArmed = false;
          const live = blue.store.get('services.serving.knative.dev', namespace, 'cart');
          blue.store.update('services.serving.knative.dev', {
            ...(live as KubeObject),
            spec: service(3).spec,
          });
          if (lag === 0) blue.settle();
          // The inventory waits by real timers, the cluster's are not real.
          else void realPause(lag).then(() => blue.settle());
        });
        for (const version of [1, 2]) {
          await ports.here.apply(service(version));
          await blue.pass(5);
        }
        await bring(ports, await plan(ports));
        isArmed = true;
        await bring(ports, await plan(ports));
        expect(isArmed).toBe(false);
        await realPause(lag);
        await blue.pass(5);
        await expectNoMixture(ports);
        await bring(ports, await plan(ports));
        const [ours, theirs] = [await familyOn(ports.here, 'cart'), await familyOn(ports.there, 'cart')];
        expect(flaws(theirs)).toEqual([]);
        expect(seenOf(theirs)).toEqual(seenOf(ours));
        expect((await ports.there.get(refer('Configuration', 'cart')))?.metadata.generation).toBe(3);
      });
});

const { setTimeout: realTimeout } = globalThis;
const realPause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => realTimeout(resolve, milliseconds));
