import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { main } from '../../lib/cli/index.ts';
import { createKubernetesCluster, type KubeObject } from '../../lib/clusters/index.ts';
import { type Colour, colours } from '../../lib/fleet/index.ts';
import { type RunningCluster, startCluster } from '../../lib/rehearsal/cluster/index.ts';
import { blocksOf, commandsOf } from '../helpers/page.ts';
import { PlayedAws, stacksIn } from '../helpers/played-aws.ts';
import { resourcesOf, type SynthesizedStack, templateOf } from '../lib/stacks/synthesis.ts';

/**
 * The page, from its first block to its last: the files that it shows are written, its own commands run as they stand, and
 * those of other programs are played against an account and clusters on loopback. A command that nobody plays fails.
 */
const root = resolve(import.meta.dirname, '../..');
const region = 'eu-west-1';
const domain = 'shop.example.com';
let folder = '';
let aws: PlayedAws;
let clusters: Readonly<Record<Colour, RunningCluster>>;
const here = process.cwd();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const props = { fleet: 'shop', region, account: '111122223333', ports: [80] };
  aws = await PlayedAws.start(props);
  const start = (colour: Colour, seed: number) =>
    startCluster({ ...props, colour, seed, directory: folder, domain });
  const [blue, green] = await Promise.all([start('blue', 1), start('green', 2)]);
  clusters = { blue, green };
  process.chdir(folder);
}, 90_000);
afterAll(async () => {
  process.chdir(here);
  await Promise.all([aws.close(), ...colours.map((colour) => clusters[colour].close())]);
  await rm(folder, { recursive: true, force: true });
});

const port = (colour: Colour) => {
  const { name, kubeconfig, context } = clusters[colour];
  return createKubernetesCluster({ name, kubeconfig, context });
};

/** The objects of a folder of manifests, in the order of its files. */
async function objectsIn(directory: string): Promise<KubeObject[]> {
  const entries = await readdir(join(folder, directory), { recursive: true });
  const files = entries.filter((name) => name.endsWith('.yaml')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, directory, name), 'utf8')));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));
}

let printed = '';
/** A command of this package, as it stands. */
async function zeroshift(args: readonly string[]): Promise<number> {
  printed = '';
  const write = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    return await main(args, '0');
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

let stacks: Record<string, SynthesizedStack> = {};
/** CDK runs what `cdk.json` says; then CloudFormation does what the templates say. */
async function deploy(): Promise<void> {
  const { app } = JSON.parse(await readFile(join(folder, 'cdk.json'), 'utf8')) as { app: string };
  const [npx, program = '', ...args] = app.split(' ');
  expect(npx).toBe('npx');
  const source = (door: string) => join(root, 'lib', door, 'index.ts');
  await promisify(execFile)(join(root, 'node_modules/.bin', program), args, {
    cwd: folder,
    timeout: 60_000,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CDK_OUTDIR: join(folder, 'cdk.out'),
      CDK_VALIDATION: 'false',
      // As an installed package would be found.
      JITI_ALIAS: JSON.stringify({
        'zeroshift/fleet': source('fleet'),
        'zeroshift/stacks': source('stacks'),
      }),
    },
  });
  stacks = await stacksIn(join(folder, 'cdk.out'));
  const answers = await aws.deploy(stacks);
  expect(answers.map(({ Status, Reason }) => [Status, Reason])).toEqual([
    ['SUCCESS', undefined],
    ['SUCCESS', undefined],
  ]);
}

/** Each Application of the set whose cluster is registered brings its folder, wave by wave. */
async function syncByArgo(file: string, registered: ReadonlyMap<string, Colour>): Promise<void> {
  const { spec } = parse(await readFile(join(folder, file), 'utf8'));
  const path: string = spec.template.spec.source.path;
  const waveOf = ({ metadata }: KubeObject) =>
    Number(metadata.annotations?.['argocd.argoproj.io/sync-wave'] ?? 0);
  for (const element of spec.generators[0].list.elements as { cluster: string; colour: string }[]) {
    const colour = registered.get(element.cluster);
    if (colour === undefined) continue;
    const objects = await objectsIn(path.replace('{{.colour}}', element.colour));
    for (const object of objects.sort((a, b) => waveOf(a) - waveOf(b))) await port(colour).apply(object);
  }
}

const targetGroupsOf = (colour: Colour): string[] =>
  resourcesOf(templateOf(stacks, `shop-${region}-${colour}`), 'AWS::ElasticLoadBalancingV2::TargetGroup').map(
    ({ Properties }) => String(Properties.Name),
  );

/** Waits for what a rehearsal's controllers do. */
async function until(what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error(`never: ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

const isReady = (status: KubeObject['status']): boolean =>
  ((status?.conditions ?? []) as { type: string; status: string }[]).some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );

/** Every Deployment of a namespace has the pods that it wants. */
const available = (colour: Colour, namespace: string) =>
  until(`deployments of ${namespace} available`, async () => {
    let all = true;
    for await (const { spec, status } of port(colour).list(
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      { namespace },
    ))
      all &&= (status?.availableReplicas ?? 0) >= (spec.replicas ?? 1);
    return all;
  });

it('leads from an empty account to an answer of both colours, by kubectl and by Argo CD', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const blocks = await blocksOf('first-answer.md');
  const shown = (language: string) => blocks.filter((block) => block.language === language);
  const [fleet, app] = shown('ts');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(
    join(folder, 'fleet.config.ts'),
    // As the page asks for the way by Argo CD.
    (fleet?.text ?? '').replace(
      'entrance:',
      "gitops: { repository: 'https://git.example.com/shop.git', path: 'dist', revision: 'main' },\n  entrance:",
    ),
  );
  await writeFile(join(folder, 'app.ts'), app?.text ?? '');
  await writeFile(join(folder, 'cdk.json'), shown('json')[0]?.text ?? '');

  const contexts = new Map<string, Colour>();
  const registered = new Map<string, Colour>();
  const colourOf = (context: string): Colour => contexts.get(context) ?? expect.fail(`no context ${context}`);
  let tries = 0;
  const players: [RegExp, (...parts: string[]) => unknown][] = [
    [/^npm (init|pkg|install) /, () => undefined],
    [/^npx cdk bootstrap /, () => undefined],
    [/^npx cdk deploy --all$/, deploy],
    [/^npx zeroshift synth$/, async () => expect(await zeroshift(['synth'])).toBe(0)],
    [
      /^aws eks update-kubeconfig --region eu-west-1 --name shop-(\w+) --alias (\w+)$/,
      (name = '', alias = '') => contexts.set(alias, name as Colour),
    ],
    [
      /^kubectl --context (\w+) apply --server-side -f (dist\/\w+\/\S+)$/,
      async (context = '', directory = '') => {
        for (const object of await objectsIn(directory)) await port(colourOf(context)).apply(object);
      },
    ],
    [
      /^kubectl --context (\w+) wait deployment --all .* --namespace (\S+) /,
      (context = '', namespace = '') => available(colourOf(context), namespace),
    ],
    [
      /^kubectl --context (\w+) rollout status deployment\/\S+ --namespace (\S+) /,
      (context = '', namespace = '') => available(colourOf(context), namespace),
    ],
    [
      /^kubectl --context (\w+) wait ksvc --all /,
      (context = '') =>
        until('services ready', async () => {
          let ready = 0;
          for await (const { status } of port(colourOf(context)).list({
            apiVersion: 'serving.knative.dev/v1',
            kind: 'Service',
          }))
            if (isReady(status)) ready++;
          return ready === 1;
        }),
    ],
    [
      /^argocd cluster add (\w+) --name (\S+)$/,
      (context = '', name = '') => registered.set(name, colourOf(context)),
    ],
    [/^kubectl --context argocd apply --server-side -f (\S+)$/, (file = '') => syncByArgo(file, registered)],
    [
      /^kubectl --context (\w+) get targetgroupbindings /,
      async () => {
        for (const colour of colours) {
          await available(colour, 'kourier-system');
          const groups = targetGroupsOf(colour);
          const way = clusters[colour].entrance.addresses;
          expect(await aws.bind(colour, port(colour), way, groups)).toEqual(groups);
        }
      },
    ],
    [
      /^aws elbv2 describe-target-groups --region eu-west-1 --names (\S+)$/,
      (name = '') => expect(targetGroupsOf('green')).toContain(name),
    ],
    [
      /^npx zeroshift try --colour (\w+) (\S+)$/,
      async (colour = '', host = '') => {
        tries++;
        const exit = await zeroshift(['try', '--colour', colour, host]);
        if (tries === 1) {
          expect(exit, printed).toBe(1);
          expect(printed).toContain('[try.no-answer]');
          return;
        }
        expect(exit, printed).toBe(0);
        expect(printed).toMatch(new RegExp(`✓ 200 OK from ${colour} in eu-west-1 after [\\d.]+ ms`));
        expect(printed).toContain(`hello hello-00001 ${host}`);
      },
    ],
    [
      /^npx zeroshift status$/,
      async () => {
        await until('both entrances healthy', async () => {
          expect(await zeroshift(['status']), printed).toBe(0);
          return printed.includes('blue 100 (HEALTHY), green 0 (HEALTHY), DEPLOYED');
        });
        expect(printed).toContain('fleet shop: blue is live');
      },
    ],
  ];
  for (const command of shown('sh').flatMap(commandsOf)) {
    const found = players.flatMap(([form, play]) => {
      const parts = form.exec(command);
      return parts === null ? [] : [{ play, parts: parts.slice(1) }];
    });
    expect(found, `who plays: ${command}`).toHaveLength(1);
    await found[0]?.play(...(found[0]?.parts ?? []));
  }
  expect(tries).toBe(3);
}, 240_000);
