import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { releaseVersions } from '../../constructs/knative/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import { compareFolder } from '../../scripts/lib/compare-folder.ts';
import { readReleased } from '../../scripts/lib/read-released.ts';
import { releasedFolder } from './released-folder.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const folderOf = async (...args: Parameters<typeof releasedFolder>): Promise<string> => {
  const folder = await releasedFolder(...args);
  folders.push(folder);
  return folder;
};

const compared = async (folder: string) => compareFolder(await readReleased(folder));

const refused = async (folder: string): Promise<ZeroshiftError> => {
  try {
    await compared(folder);
  } catch (error) {
    if (error instanceof ZeroshiftError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

const named = (kind: string, name: string) => (object: KubeObject) =>
  object.kind === kind && object.metadata.name === name;

const process = (folder: string): Promise<{ code: number; output: string; errors: string }> =>
  new Promise((resolve) => {
    const child = execFile(
      join('node_modules', '.bin', 'jiti'),
      ['scripts/compare-upstream.ts', folder],
      { timeout: 60_000 },
      (_error, output, errors) => resolve({ code: child.exitCode ?? -1, output, errors }),
    );
  });

describe('comparing a folder of released YAML', () => {
  it.each(releaseVersions)(
    'recognises %s by itself, and finds nothing where nothing differs',
    async (version) => {
      expect(await compared(await folderOf(version))).toEqual({
        lines: [`Knative Serving ${version}: 63 objects equal, 0 differences`],
        exitCode: 0,
      });
    },
  );

  it('compares Kourier where it is there, its bootstrap as data', async () => {
    const folder = await folderOf('1.23.0', (objects) => objects, true);
    const file = join(folder, 'kourier.yaml');
    const text = await readFile(file, 'utf8');
    expect(await compared(folder)).toEqual({
      lines: ['Knative Serving 1.23.0 with Kourier: 76 objects equal, 0 differences'],
      exitCode: 0,
    });
    const [line] = /^ *port_value: 9000$/m.exec(text) ?? [];
    await writeFile(file, text.replace(line ?? '', `${line} # a comment`));
    expect((await compared(folder)).exitCode).toBe(0);
    await writeFile(file, text.replace('port_value: 9000', 'port_value: 9001'));
    const { lines, exitCode } = await compared(folder);
    expect(exitCode).toBe(3);
    expect(lines[1]).toMatch(/listeners\[stats_listener\].*port_value: ours 9000, upstream's 9001$/);
  });

  it('names a changed field, an object that is gone and one that is new', async () => {
    const added: KubeObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'config-new', namespace: 'knative-serving' },
    };
    const folder = await folderOf('1.23.0', (objects) => [
      ...objects
        .filter((object) => !named('PodDisruptionBudget', 'webhook-pdb')(object))
        .map((object) =>
          named('Deployment', 'activator')(object)
            ? {
                ...object,
                spec: {
                  ...object.spec,
                  template: {
                    ...object.spec.template,
                    spec: { ...object.spec.template.spec, terminationGracePeriodSeconds: 601 },
                  },
                },
              }
            : object,
        ),
      added,
    ]);
    expect(await compared(folder)).toEqual({
      lines: [
        'Knative Serving 1.23.0: 61 objects equal, 3 differences',
        "Deployment knative-serving/activator (2-core.yaml): spec.template.spec.terminationGracePeriodSeconds: ours 600, upstream's 601",
        'ConfigMap knative-serving/config-new (2-core.yaml): upstream has it, the constructs do not',
        'PodDisruptionBudget knative-serving/webhook-pdb: the constructs have it, upstream does not',
      ],
      exitCode: 3,
    });
  });

  it('finds a field deep in a schema, once for both copies', async () => {
    const folder = await folderOf('1.22.1', (objects) =>
      objects.map((object) =>
        named('CustomResourceDefinition', 'services.serving.knative.dev')(object)
          ? JSON.parse(JSON.stringify(object).replace('"mountPropagation":{"type":"string"}', '"x":{}'))
          : object,
      ),
    );
    const { lines, exitCode } = await compared(folder);
    const at =
      'CustomResourceDefinition services.serving.knative.dev (1-crds.yaml, 2-core.yaml): spec.versions[v1].schema.openAPIV3Schema.properties.spec.properties.template.properties.spec.properties.containers.items.properties.volumeMounts.items.properties';
    expect(lines.slice(1)).toEqual([
      `${at}.mountPropagation: ours {"type":"string"}, upstream's nothing`,
      `${at}.x: ours nothing, upstream's {}`,
    ]);
    expect(exitCode).toBe(3);
  });

  it('refuses what is no folder, no YAML, no object, no release, or none that is known', async () => {
    const folder = await folderOf('1.23.0');
    expect((await refused(join(folder, 'nowhere'))).code).toBe('upstream.unreadable');
    await mkdir(join(folder, 'empty'));
    expect((await refused(join(folder, 'empty'))).code).toBe('upstream.unreadable');
    const file = join(folder, '2-core.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll('1.23.0', '1.99.0'));
    expect(await refused(folder)).toMatchObject({ code: 'knative.unknown-release', exitCode: 2 });
    await writeFile(file, 'kind: [\n');
    expect(await refused(folder)).toMatchObject({ code: 'upstream.unreadable', exitCode: 2 });
    await writeFile(file, `${text}---\nhello\n`);
    const line = text.split('\n').length + 1;
    expect((await refused(folder)).problems).toMatchObject([
      { where: `2-core.yaml:${line}`, value: 'hello' },
    ]);
    await rm(join(folder, '1-crds.yaml'));
    await writeFile(file, 'kind: Pod\nmetadata: { name: a }\n');
    expect((await refused(folder)).code).toBe('upstream.not-a-release');
  });

  it('is a process that ends with 0, 2 or 3, and shows no stack trace', async () => {
    const folder = await folderOf('1.23.0');
    expect(await process(folder)).toMatchObject({ code: 0, errors: '' });
    const lost = await process(join(folder, 'nowhere'));
    expect(lost).toMatchObject({ code: 2, output: '' });
    expect(lost.errors).not.toMatch(/\n\s+at /);
    const file = join(folder, '2-core.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('minAvailable: 80%', 'minAvailable: 90%'));
    const different = await process(folder);
    expect(different.code).toBe(3);
    expect(different.output).toContain(`spec.minAvailable: ours "80%", upstream's "90%"`);
  }, 60_000);

  const upstream = '../shared/upstream';
  it.skipIf(!existsSync(upstream))('finds what was changed in the released files themselves', async () => {
    const folder = await folderOf('1.23.0');
    const copy = join(folder, 'copy');
    await cp(`${upstream}/1.23.0`, copy, { recursive: true });
    const core = join(copy, '2-serving-core.yaml');
    const text = await readFile(core, 'utf8');
    await rm(core, { force: true });
    await writeFile(core, text.replace('memory: 600Mi', 'memory: 700Mi'));
    const { lines, exitCode } = await compared(copy);
    expect(exitCode).toBe(3);
    expect(lines.filter((line) => line.includes('700Mi'))).toEqual([
      `Deployment knative-serving/activator (2-serving-core.yaml): spec.template.spec.containers[activator].resources.limits.memory: ours "600Mi", upstream's "700Mi"`,
    ]);
  });
});
