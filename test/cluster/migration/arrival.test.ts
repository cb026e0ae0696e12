import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetesCluster, type KubeObject } from '../../../lib/clusters/index.ts';
import type { Colour } from '../../../lib/fleet/index.ts';
import { type Arrival, arrive, temporaryNames } from '../../../lib/migration/arrival/index.ts';
import { takeMigrationPlan } from '../../../lib/migration/plan/index.ts';
import type { PlannedObject, RegionPlan } from '../../../lib/migration/plan/plan.ts';
import { revisionName } from '../../../lib/validation/index.ts';
import {
  app,
  buildPrograms,
  callGateway,
  connectApi,
  gatewaysOf,
  type Registry,
  registryOf,
  sharedKubeconfig,
  until,
} from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';
import {
  arriveInPieces,
  conditionOf,
  contentOf,
  digestsOf,
  type Family,
  image,
  isCurrent,
  label,
  type Place,
  seenOf,
  serving,
  template,
  type Version,
} from './arrival-parts.ts';

/*
 * How services with a history come to the other colour, on Knative's own controllers: 1.22 to 1.23, and the way back.
 */

const quiet = () => {};
const long61 = 'a-name-of-sixty-one-letters-with-a-room-for-one-letter-more-a';
const long63 = 'a-name-of-sixty-three-letters-that-leaves-no-room-for-any-other';
const passed = 500;

function suite(from: Colour, to: Colour): void {
  describe(`from ${from} to ${to}`, () => {
    const namespace = `${ownNamespace('arrival')}-${to}`;
    let source: Place;
    let target: Place;
    let registry: Registry;
    let binary: string;
    let digest: string;

    const refer = (kind: string, name: string) => ({ apiVersion: serving, kind, namespace, name });
    const serviceOf = (name: string, spec: object): KubeObject => ({
      apiVersion: serving,
      kind: 'Service',
      metadata: { name, namespace, labels: { team: 'arrival' } },
      spec,
    });
    const hostOf = (name: string, tag = ''): string =>
      `${tag === '' ? '' : `${tag}-`}${name}.${namespace}.lane.example.com`;
    const ask = async ({ gateway }: Place, name: string, tag?: string): Promise<string> =>
      (await callGateway({ gateway, host: hostOf(name, tag) })).body.trim();

    const familyOn = async ({ port, api }: Place, name: string): Promise<Family> => ({
      service: await port.get(refer('Service', name)),
      configuration: await port.get(refer('Configuration', name)),
      revisions: (
        await api.list(
          { apiVersion: serving, kind: 'Revision' },
          namespace,
          `${label('configuration')}=${name}`,
        )
      ).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)),
    });

    async function deploy({ port }: Place, name: string, ...versions: readonly Version[]): Promise<void> {
      for (const version of versions) {
        const { traffic } = version;
        const spec = { template: template(version), ...(traffic === undefined ? {} : { traffic }) };
        const made = await port.apply(serviceOf(name, spec));
        await until(`${name} ${version.version}`, 90, async () => {
          const service = await port.get(refer('Service', name));
          const configuration = await port.get(refer('Configuration', name));
          return (
            service?.metadata.generation === made.metadata.generation &&
            isCurrent(service) &&
            isCurrent(configuration) &&
            JSON.stringify(configuration?.spec.template) === JSON.stringify(service?.spec.template) &&
            conditionOf(service) !== 'Unknown' &&
            (conditionOf(service) === 'True' || version.version === 'missing')
          );
        });
      }
    }

    const planTo = (here: Place, there: Place): Promise<RegionPlan> =>
      takeMigrationPlan({
        source: here.port,
        target: there.port,
        context: { from: here.colour, to: there.colour, region: 'eu-west-1' },
        release: { knative: '1.23.0', features: [] },
        scope: { namespaces: [namespace] },
      });

    /** Carries a plan out: what else is in it by applies. */
    async function carryOut({ objects }: RegionPlan, { port }: Place): Promise<void> {
      const bad = objects.filter(({ verdict }) => verdict === 'conflict' || verdict === 'refusal');
      expect(bad).toEqual([]);
      for (const { writes = [], kind } of objects.filter((one) => one.kind !== 'Route'))
        for (const { object } of writes) if (kind !== 'Secret') await port.apply(object);
      await Promise.all(
        objects.flatMap(({ arrival }) => (arrival === undefined ? [] : [arrive(port, arrival)])),
      );
      for (const { writes = [] } of objects.filter((one) => one.kind === 'Route'))
        for (const { object } of writes) await port.apply(object);
    }

    const find = ({ objects }: RegionPlan, name: string): PlannedObject | undefined =>
      objects.find((one) => one.name === name && ['Service', 'Configuration'].includes(one.kind));

    /** All that matters is as on the source; revisions that the source let go may be there still. */
    async function expectTwin(name: string): Promise<void> {
      const ours = await familyOn(source, name);
      const want = seenOf(ours);
      const got = await until(`${name} is the same`, 60, async () => {
        const seen = seenOf(await familyOn(target, name));
        return JSON.stringify(seen.traffic) === JSON.stringify(want.traffic) &&
          seen.ready === want.ready &&
          seen.revisions.every((one) => one.ready !== 'Unknown') &&
          seen
          ? seen
          : undefined;
      }).catch(async () => seenOf(await familyOn(target, name)));
      expect(got).toEqual(want);
      const theirs = await familyOn(target, name);
      expect(theirs.configuration?.metadata.generation).toBe(ours.configuration?.metadata.generation);
      expect(conditionOf(theirs.configuration)).toBe(conditionOf(ours.configuration));
      for (const { metadata } of theirs.revisions)
        expect(metadata.ownerReferences?.map(({ uid }) => uid)).toEqual([theirs.configuration?.metadata.uid]);
      for (const passing of temporaryNames(name) ?? [])
        expect(await target.port.get(refer('Revision', passing))).toBeUndefined();
    }

    /** The first update without a name is a revision of its own, with its own image. */
    async function expectNext(place: Place, name: string): Promise<void> {
      const before = await familyOn(place, name);
      const { generation: at = 0 } = before.configuration?.metadata ?? {};
      const next = revisionName(name, at + 1);
      expect(before.revisions.map(({ metadata }) => metadata.name)).not.toContain(next);
      const { name: _, ...metadata } = before.service?.spec.template.metadata ?? {};
      await place.port.apply(
        serviceOf(name, {
          template: {
            ...template({ version: 'next' }),
            metadata: { ...metadata, labels: { version: 'next' } },
          },
          traffic: [{ latestRevision: true, percent: 100 }],
        }),
      );
      await until(`${next} serves`, 60, async () => {
        const { service, configuration } = await familyOn(place, name);
        return (
          configuration?.metadata.generation === at + 1 &&
          configuration.status?.latestReadyRevisionName === next &&
          service?.status?.traffic?.[0]?.revisionName === next &&
          conditionOf(service) === 'True'
        );
      });
      expect(await ask(place, name)).toContain('next');
    }

    beforeAll(async () => {
      const placeOf = async (colour: Colour): Promise<Place> => {
        const api = connectApi(clusters()[colour].access);
        const [gateway = ''] = await gatewaysOf(api);
        const port = createKubernetesCluster({
          name: colour,
          kubeconfig: sharedKubeconfig(),
          context: colour,
        });
        return { colour, api, gateway, port };
      };
      [source, target] = await Promise.all([placeOf(from), placeOf(to)]);
      registry = registryOf(clusters()[from].place);
      binary = (await buildPrograms([app], quiet))(app);
      for (const version of ['one', 'two', 'three', 'four', 'next', 'moving'])
        ({ digest } = await registry.push('arrival', version, contentOf(binary, version)));
      const pinned = `${image}@${(await registry.push('arrival', 'one', contentOf(binary, 'one'))).digest}`;
      await source.port.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((version) => ({ version }));
      if (one === undefined || two === undefined || three === undefined || four === undefined) return;
      await Promise.all([
        deploy(source, 'gaps', one, two, three, four),
        deploy(
          source,
          'named',
          { ...one, name: 'named-a' },
          { ...two, name: 'named-b' },
          {
            ...three,
            name: 'named-c',
            traffic: [
              { revisionName: 'named-a', percent: 90 },
              { revisionName: 'named-b', percent: 10, tag: 'b' },
            ],
          },
        ),
        deploy(source, 'mixed', one, { ...two, warm: true }, three, {
          ...four,
          traffic: [
            { revisionName: 'mixed-00002', percent: 100, latestRevision: false },
            { revisionName: 'mixed-00001', percent: 0, tag: 'old' },
            { latestRevision: true, percent: 0, tag: 'next' },
          ],
        }),
        deploy(source, long61, one, two),
        deploy(source, long63, { ...one, image: pinned }),
        deploy(source, 'tagged', { version: 'moving' }),
        deploy(source, 'moved', one, { version: 'moving' }),
        deploy(source, 'broken', one, { version: 'missing' }),
      ]);
      for (const name of ['gaps-00002', 'gaps-00003']) await source.api.remove(refer('Revision', name));
      // A generation of its own: nothing but generations, and its latest revision.
      await arrive(source.port, {
        object: serviceOf('often', { template: template(one) }),
        generation: passed,
        revisions: [],
        temporary: ['often-zs-a', 'often-zs-b'],
        temporaryAnnotations: { 'autoscaling.knative.dev/initial-scale': '0' },
        writes: 0,
      });
      await until(
        'often',
        60,
        async () => conditionOf(await source.port.get(refer('Service', 'often'))) === 'True',
      );
      const alone = (version: Version): KubeObject => ({
        apiVersion: serving,
        kind: 'Configuration',
        metadata: { name: 'alone', namespace, labels: { team: 'arrival' } },
        spec: { template: template(version) },
      });
      for (const version of [one, { ...two, name: 'alone-two' }, three]) {
        await source.port.apply(alone(version));
        await until('alone', 60, async () => {
          const found = await source.port.get(refer('Configuration', 'alone'));
          return isCurrent(found) && conditionOf(found) === 'True';
        });
      }
      await source.port.apply({
        apiVersion: serving,
        kind: 'Route',
        metadata: { name: 'alone', namespace },
        spec: {
          traffic: [
            { revisionName: 'alone-00001', percent: 50 },
            { configurationName: 'alone', percent: 50 },
            { revisionName: 'alone-two', percent: 0, tag: 'two' },
          ],
        },
      });
      await until(
        'the route',
        60,
        async () => conditionOf(await source.port.get(refer('Route', 'alone'))) === 'True',
      );
      // What a tag means from now on is something else.
      await registry.push('arrival', 'moving', contentOf(binary, 'moved away'));
    }, 240_000);
    afterAll(async () => {
      for (const { api } of [source, target]) {
        for (const kind of ['Route', 'Configuration'])
          await api.remove({ apiVersion: serving, kind, name: 'alone', namespace });
        await dismiss(api, namespace);
        api.close();
      }
    });

    it('says of each how it arrives, and brings it there', async () => {
      const plan = await planTo(source, target);
      expect(plan.objects.filter(({ verdict }) => verdict !== 'create')).toEqual([]);
      const often = find(plan, 'often')?.arrival;
      expect(often).toMatchObject({ generation: passed, writes: passed + 6 });
      expect(find(plan, 'gaps')?.arrival).toMatchObject({ generation: 4, writes: 11 });
      expect(find(plan, 'mixed')?.arrival).toMatchObject({ generation: 4, writes: 13 });
      expect(find(plan, long63)?.arrival).toMatchObject({ generation: 1, writes: 1 });
      expect(find(plan, 'broken')?.notes?.[0]).toContain('no digest is known');
      const apart = new Set(['often', 'mixed', 'moved']);
      await carryOut({ ...plan, objects: plan.objects.filter(({ name }) => !apart.has(name)) }, target);
      expect(await arriveInPieces(target.port, find(plan, 'mixed')?.arrival as Arrival)).toBeGreaterThan(5);
      // Two runs at once.
      await Promise.all([1, 2].map(() => arrive(target.port, find(plan, 'moved')?.arrival as Arrival)));
      const start = performance.now();
      await carryOut({ ...plan, objects: plan.objects.filter(({ name }) => name === 'often') }, target);
      console.log(`generation ${passed} on ${to} after ${Math.round(performance.now() - start)} ms`);
    }, 120_000);

    it.each(['gaps', 'named', 'mixed', 'moved', 'often', 'broken', 'alone', long61, long63])(
      'brings %s as it is',
      (name) => expectTwin(name),
      90_000,
    );

    it('needs one generation more where a tag is to stay what it was, at generation 1', async () => {
      const [ours, theirs] = [await familyOn(source, 'tagged'), await familyOn(target, 'tagged')];
      expect(theirs.configuration?.metadata.generation).toBe(2);
      expect(theirs.revisions.map(({ metadata }) => metadata.name)).toEqual(['tagged-00001']);
      expect(theirs.revisions.map(digestsOf)).toEqual(ours.revisions.map(digestsOf));
      expect(digestsOf(theirs.revisions[0] as KubeObject)).toEqual([`${image}@${digest}`]);
      expect(theirs.service?.spec.template).toEqual(ours.service?.spec.template);
      await until(
        'tagged',
        60,
        async () => conditionOf((await familyOn(target, 'tagged')).service) === 'True',
      );
    });

    it('finds all unchanged then', async () => {
      const { objects } = await planTo(source, target);
      expect(objects.filter(({ verdict }) => verdict !== 'unchanged')).toEqual([]);
    });

    it('answers where blue answers, by tags too', async () => {
      expect(await ask(target, 'mixed')).toContain('two');
      expect(await ask(target, 'mixed', 'old')).toContain('one');
      expect(await ask(target, 'mixed', 'next')).toContain('four');
      expect(await ask(target, 'named', 'b')).toContain('two');
      expect(await ask(target, 'moved')).toContain('moving');
    }, 60_000);

    it('makes the first update without a name a new revision with the new image', async () => {
      await Promise.all(
        ['gaps', 'named', 'mixed', 'tagged', 'moved', 'often', long61, long63].map((name) =>
          expectNext(target, name),
        ),
      );
    }, 120_000);

    it('goes back to an earlier revision by its name', async () => {
      const { port } = target;
      const service = (await port.get(refer('Service', 'gaps'))) as KubeObject;
      await port.patch(refer('Service', 'gaps'), {
        spec: { traffic: [{ revisionName: 'gaps-00001', percent: 100 }] },
      });
      await until('gaps is back', 60, async () => (await ask(target, 'gaps')).includes('one'));
      await port.patch(refer('Service', 'gaps'), { spec: { traffic: service.spec.traffic } });
    }, 70_000);

    it('brings what happened there back', async () => {
      const plan = await planTo(target, source);
      const changed = ['gaps', 'named', 'mixed', 'tagged', 'moved', 'often', long61, long63];
      const services = plan.objects.filter(({ kind }) => kind === 'Service');
      expect(
        services
          .filter(({ verdict }) => verdict === 'update')
          .map(({ name }) => name)
          .sort(),
      ).toEqual([...changed].sort());
      await carryOut({ ...plan, objects: services }, source);
      for (const name of changed)
        await until(`${name} is back`, 60, async () => {
          const [ours, theirs] = [await familyOn(target, name), await familyOn(source, name)];
          const latest = ours.configuration?.status?.latestCreatedRevisionName;
          return (
            theirs.configuration?.status?.latestReadyRevisionName === latest &&
            conditionOf(theirs.service) === 'True'
          );
        });
      expect(await ask(source, 'gaps')).toContain('next');
      const again = await planTo(target, source);
      expect(
        again.objects.filter(({ kind, verdict }) => kind === 'Service' && verdict !== 'unchanged'),
      ).toEqual([]);
    }, 120_000);

    it('leaves alone what somebody deployed there meanwhile, and says which', async () => {
      await deploy(target, 'gaps', { version: 'one' }, { version: 'two' });
      const planned = find(await planTo(source, target), 'gaps');
      expect(planned?.verdict).toBe('conflict');
      expect(JSON.stringify(planned?.conflicts)).toMatch(/gaps-0000\d/);
    }, 90_000);
  });
}

onClusters('a service with its history', () => {
  suite('blue', 'green');
  suite('green', 'blue');
});
