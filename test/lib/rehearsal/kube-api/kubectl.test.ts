import { execFile, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiServer, Store } from '../../../../lib/rehearsal/kube-api/index.ts';
import { startServer } from './raw-client.ts';

/** From `ZEROSHIFT_KUBECTL`, else on the path; without one, these tests are skipped. */
function findKubectl(): string | undefined {
  if (process.env.ZEROSHIFT_KUBECTL) return process.env.ZEROSHIFT_KUBECTL;
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'kubectl'));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
const kubectl = findKubectl();

let folder: string;
let server: ApiServer;
let store: Store;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const commandLine = (args: readonly string[]): string[] => [
  `--kubeconfig=${join(folder, 'kubeconfig')}`,
  `--cache-dir=${join(folder, 'cache')}`,
  '--request-timeout=15s',
  ...args,
];
const environment = () => ({ PATH: process.env.PATH ?? '', HOME: folder });

const run = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const options = { env: environment(), timeout: 20_000 };
    execFile(kubectl ?? '', commandLine(args), options, (error, out, text) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, error: text });
    });
  });

/** The words of each line: columns without their padding. */
const cells = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));

const manifest = async (name: string, object: object): Promise<string> => {
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(object));
  return file;
};
const service = (name: string, target: string) => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: {
    template: {
      spec: { containers: [{ image: 'example.com/app', env: [{ name: 'TARGET', value: target }] }] },
    },
  },
});
const deployment = (image: string, variable: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'side', image: 'side:1' },
          { name: 'web', image, env: [{ name: variable, value: '1' }] },
        ],
      },
    },
  },
});
const ready = (name: string) => {
  const object = store.get('services.serving.knative.dev', 'default', name);
  if (object === undefined) throw new Error(`no service ${name}`);
  store.updateStatus('services.serving.knative.dev', {
    ...object,
    status: {
      url: `http://${name}.default.example.com`,
      latestCreatedRevisionName: `${name}-00001`,
      latestReadyRevisionName: `${name}-00001`,
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  });
};

describe.skipIf(kubectl === undefined)('kubectl', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-kubectl-'));
    ({ server, store } = await startServer());
    await writeFile(join(folder, 'kubeconfig'), server.kubeconfig(), { mode: 0o600 });
    store.create('services.serving.knative.dev', service('hello', 'blue'));
    ready('hello');
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('prints the columns of a Knative Service', async () => {
    const { code, out } = await run('get', 'ksvc', '-A');
    expect(code).toBe(0);
    expect(cells(out)).toEqual([
      ['NAMESPACE', 'NAME', 'URL', 'LATESTCREATED', 'LATESTREADY', 'READY', 'REASON'],
      ['default', 'hello', 'http://hello.default.example.com', 'hello-00001', 'hello-00001', 'True'],
    ]);
    expect((await run('get', 'ksvc,ns', '-A', '-o', 'name')).out).toContain(
      'service.serving.knative.dev/hello',
    );
    expect((await run('get', 'ksvc', 'none')).error).toContain(
      'services.serving.knative.dev "none" not found',
    );
  });

  it('applies from the client, without flags', async () => {
    const file = await manifest('ksvc', service('web', 'blue'));
    expect((await run('apply', '-f', file)).out).toContain('service.serving.knative.dev/web created');
    expect((await run('apply', '-f', file)).out).toContain('unchanged');
    await manifest('ksvc', service('web', 'green'));
    expect((await run('apply', '-f', file)).out).toContain('configured');
    const live = store.get('services.serving.knative.dev', 'default', 'web');
    expect(live?.spec.template.spec.containers[0].env).toEqual([{ name: 'TARGET', value: 'green' }]);
    expect(live?.metadata.generation).toBe(2);
  });

  it('applies a built-in kind item by item', async () => {
    const file = await manifest('deployment', deployment('web:1', 'A'));
    expect(await run('apply', '-f', file)).toMatchObject({ code: 0, error: '' });
    expect((await run('apply', '-f', file)).out).toContain('unchanged');
    await manifest('deployment', deployment('web:2', 'B'));
    expect((await run('apply', '-f', file)).out).toContain('configured');
    expect(store.get('deployments.apps', 'default', 'web')?.spec.template.spec.containers).toEqual([
      { name: 'side', image: 'side:1' },
      { name: 'web', image: 'web:2', env: [{ name: 'B', value: '1' }] },
    ]);
  });

  it('annotates, labels, scales, sets an image and restarts a rollout', async () => {
    expect((await run('annotate', 'ksvc/hello', 'note=one')).code).toBe(0);
    expect((await run('label', 'deployment/web', 'tier=front')).code).toBe(0);
    expect((await run('scale', 'deployment/web', '--replicas=4')).code).toBe(0);
    expect((await run('set', 'image', 'deployment/web', 'web=web:3')).code).toBe(0);
    expect((await run('rollout', 'restart', 'deployment/web')).out).toContain('restarted');
    expect(store.get('services.serving.knative.dev', 'default', 'hello')?.metadata.annotations).toEqual({
      note: 'one',
    });
    const live = store.get('deployments.apps', 'default', 'web');
    expect(live?.metadata.labels).toEqual({ tier: 'front' });
    expect(live?.spec.replicas).toBe(4);
    expect(live?.spec.template.spec.containers[1].image).toBe('web:3');
    expect(live?.spec.template.metadata.annotations).toHaveProperty(['kubectl.kubernetes.io/restartedAt']);
  });

  it('applies on the server: twice, in conflict, and by force', async () => {
    const file = await manifest('applied', service('applied', 'blue'));
    const apply = (...more: string[]) => run('apply', '--server-side', '-f', file, ...more);
    expect((await apply()).out).toContain('serverside-applied');
    const first = store.get('services.serving.knative.dev', 'default', 'applied');
    expect((await apply()).code).toBe(0);
    expect(store.get('services.serving.knative.dev', 'default', 'applied')).toBe(first);
    await manifest('applied', service('applied', 'green'));
    const conflict = await apply('--field-manager=other');
    expect(conflict.code).toBe(1);
    expect(conflict.error).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl": .spec.template.spec.containers',
    );
    expect((await apply('--field-manager=other', '--force-conflicts')).code).toBe(0);
    expect((await run('apply', '--server-side', '--dry-run=server', '-f', file)).code).toBe(0);
  });

  it('watches, and waits', async () => {
    const watching = spawn(kubectl ?? '', commandLine(['get', 'ksvc', '-w']), {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let arrived = (): void => {};
    watching.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      arrived();
    });
    const until = async (what: RegExp): Promise<void> => {
      const deadline = Date.now() + 10_000;
      while (!what.test(output)) {
        if (Date.now() > deadline) throw new Error(`no line like ${what} in:\n${output}`);
        await new Promise<void>((resolve) => {
          arrived = resolve;
          setTimeout(resolve, 500);
        });
      }
    };
    try {
      await until(/^applied /m);
      store.create('services.serving.knative.dev', service('late', 'blue'));
      await until(/^late *$/m);
      const waited = run('wait', '--for=condition=Ready', '--timeout=15s', 'ksvc/late');
      ready('late');
      await until(/^late .*True/m);
      expect((await waited).out).toContain('service.serving.knative.dev/late condition met');
      expect(output).toMatch(/^NAME +URL +LATESTCREATED +LATESTREADY +READY +REASON/);
    } finally {
      watching.kill();
    }
  });

  it('describes, reads raw paths and lists what there is', async () => {
    const described = await run('describe', 'ksvc/hello');
    expect(described.out).toContain('hello.default.example.com');
    expect(described.out).toMatch(/Events: +<none>/);
    expect((await run('describe', 'deployment/web')).out).toContain('web:3');
    expect((await run('get', '--raw', '/readyz')).out).toBe('ok');
    expect(
      (await run('api-resources', '--api-group=serving.knative.dev', '-o', 'name')).out
        .trim()
        .split('\n')
        .sort(),
    ).toEqual([
      'configurations.serving.knative.dev',
      'domainmappings.serving.knative.dev',
      'revisions.serving.knative.dev',
      'routes.serving.knative.dev',
      'services.serving.knative.dev',
    ]);
    expect((await run('get', 'all')).out).toContain('deployment.apps/web');
  });

  it('deletes, and waits until it is gone', async () => {
    expect((await run('delete', 'ksvc', 'applied', 'late')).out).toContain('"late" deleted');
    expect((await run('delete', 'deployment', '--all', '--cascade=foreground')).code).toBe(0);
    expect(store.get('deployments.apps', 'default', 'web')).toBeUndefined();
    expect((await run('delete', 'ksvc', 'applied')).error).toContain('not found');
  });
});
