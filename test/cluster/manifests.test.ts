import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthColour } from '../../charts/index.ts';
import { type Colour, colours, type Fleet, loadFleet } from '../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import {
  type Api,
  ApiRefusal,
  connectApi,
  down,
  holds,
  type Place,
  placeOf,
  registryOf,
  run,
  until,
  up,
} from './index.ts';
import {
  applyObjects,
  bindingDefinitions,
  type ImageFor,
  localizedFiles,
  parseManifests,
  pushImages,
} from './knative/index.ts';
import { onClusters } from './on-clusters.ts';
import { buildPrograms, type KnativeRelease, knativeReleases, kubectl } from './programs/index.ts';

const quiet = () => {};

interface Example {
  readonly name: string;
  readonly fleet: Fleet;
  readonly colour: Colour;
}

/** Fleets with every kind of object that there is, each for the colour that has the release. */
async function fleets(release: KnativeRelease): Promise<Example[]> {
  const found = [];
  for (const name of ['shop', 'talk', 'dual-stack']) {
    const fleet = await loadFleet(`examples/${name}/fleet.config.ts`);
    const colour = colours.find((one) => fleet.colours[one].knative === release);
    if (colour !== undefined) found.push({ name, fleet, colour });
  }
  return found;
}

onClusters.each(knativeReleases)('every object for Knative %s', (release) => {
  let place: Place;
  let folder: string;
  let api: Api;
  let kubeconfig: string;
  let program: string;
  let imageFor: ImageFor;
  beforeAll(async () => {
    place = placeOf('spare');
    // Nothing of another release may be there.
    await down(place, quiet);
    const { access } = await up(place, { progress: quiet });
    api = connectApi(access);
    kubeconfig = place.kubeconfig;
    program = (await buildPrograms([kubectl], quiet))(kubectl);
    imageFor = await pushImages(registryOf(place), release, quiet);
    await applyObjects(api, bindingDefinitions);
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-manifests-'));
  });
  afterAll(async () => {
    api?.close();
    await rm(folder, { recursive: true, force: true });
    await down(place, quiet);
  });

  /** What kubectl says it applied of a folder, and why it refused others. */
  const apply = async (at: string): Promise<{ applied: number; refused: string }> => {
    const args = [
      `--kubeconfig=${kubeconfig}`,
      `--cache-dir=${join(folder, 'cache')}`,
      'apply',
      '--server-side',
      '--validate=strict',
      '-R',
      '-f',
      at,
    ];
    const counted = (out: string) =>
      out.split('\n').filter((line) => line.endsWith(' serverside-applied')).length;
    try {
      return { applied: counted(await run(program, args, { timeout: 120_000 })), refused: '' };
    } catch (error) {
      if (error instanceof ZeroshiftError) return { applied: 0, refused: error.message };
      throw error;
    }
  };
  /** Whether Knative's webhook judges: it has put its certificate where the API server looks, and answers. */
  const answers = async (): Promise<boolean> => {
    const apiVersion = 'admissionregistration.k8s.io/v1';
    for (const [kind, name] of [
      ['MutatingWebhookConfiguration', 'webhook.serving.knative.dev'],
      ['ValidatingWebhookConfiguration', 'validation.webhook.serving.knative.dev'],
      ['ValidatingWebhookConfiguration', 'config.webhook.serving.knative.dev'],
    ] as const) {
      const found = await api.get({ apiVersion, kind, name });
      if (found?.webhooks[0].clientConfig.caBundle === undefined) return false;
    }
    const file = join(folder, 'asked.yaml');
    const spec = { template: { spec: { containers: [{ image: 'dev.local/asked' }] } } };
    const asked = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'asked' },
      spec,
    };
    await writeFile(file, JSON.stringify(asked));
    await run(program, [
      `--kubeconfig=${kubeconfig}`,
      'apply',
      '--server-side',
      '--dry-run=server',
      '-f',
      file,
    ]);
    return true;
  };
  const available = async (name: string) =>
    holds(
      await api.get({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace: 'knative-serving' }),
      'Available',
    );

  /** One run, and where something is refused one more, once the webhook judges. */
  const applyTwice = async (at: string): Promise<number> => {
    let { applied, refused } = await apply(at);
    if (refused !== '') {
      await until("Knative's webhook", 90, answers);
      ({ applied, refused } = await apply(at));
    }
    expect(refused).toBe('');
    return applied;
  };
  const written = async ({ name, fleet, colour }: Example) => {
    const files = synthColour(fleet, colour);
    for (const [file, text] of localizedFiles(files, (image) => imageFor(image) ?? image)) {
      await mkdir(join(folder, name, file, '..'), { recursive: true });
      await writeFile(join(folder, name, file), text);
    }
    return parseManifests(files).length;
  };

  it('is taken as one folder by an empty cluster, by two runs of kubectl at most', async () => {
    const [shop] = await fleets(release);
    if (shop === undefined) throw new Error('there is a fleet for each release');
    const count = await written(shop);
    expect(count).toBeGreaterThan(80);
    expect(await applyTwice(join(folder, shop.name))).toBe(count);
    // Who applies the same again, as Argo CD does all the time, must not be refused: not for a named revision either.
    await until("Knative's webhook", 90, answers);
    expect(await apply(join(folder, shop.name))).toEqual({ applied: count, refused: '' });
  }, 300_000);

  it('of other fleets is taken after it, component by component', async () => {
    const [, ...others] = await fleets(release);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) {
      const count = await written(other);
      let applied = 0;
      for (const component of ['serving', 'ingress', 'services', 'post-install'])
        applied += await applyTwice(join(folder, other.name, component));
      expect(applied).toBe(count);
    }
  }, 300_000);

  it('would be refused with a field that is unknown', async () => {
    const [sample] = parseManifests(synthColour((await fleets(release))[0]?.fleet as Fleet, 'green')).filter(
      ({ kind }) => kind === 'Deployment',
    );
    if (sample === undefined) throw new Error('there is a Deployment');
    const wrong = { ...sample, spec: { ...sample.spec, replicaCount: 3 } };
    await expect(api.apply(wrong)).rejects.toThrow(ApiRefusal);
    await expect(api.apply(wrong)).rejects.toThrow(/replicaCount/);
  });

  it('runs: what was applied becomes available', async () => {
    for (const name of ['activator', 'autoscaler', 'controller', 'webhook', 'net-kourier-controller'])
      await until(name, 90, () => available(name));
  });
});
