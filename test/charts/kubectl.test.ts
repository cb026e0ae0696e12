import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { synthColour } from '../../charts/index.ts';
import { domain, domainMappings, services } from '../../examples/shop/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import {
  type ApiServer,
  createStore,
  type ResourceDefinition,
  rehearsalResources,
  resourceKey,
  type Store,
  startApiServer,
} from '../../lib/rehearsal/kube-api/index.ts';
import { findKubectl } from '../helpers/find-kubectl.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { temporaryDirectories } from '../helpers/temporary-directory.ts';

const kubectl = findKubectl();
const folderFor = temporaryDirectories();

const manifests = synthColour(
  exampleFleet({ domain, services: [...services], domainMappings: [...domainMappings] }),
  'green',
);
const objects = [...manifests]
  .filter(([name]) => name.endsWith('.yaml'))
  .flatMap(([, text]) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject));

const definition = (group: string, version: string, kind: string, plural: string, namespaced: boolean) => ({
  group,
  version,
  kind,
  plural,
  singular: kind.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced,
  status: true,
  columns: [],
});
const known = new Set(rehearsalResources.map((one) => `${one.group}/${one.kind}`));
/** The kinds that the manifests themselves define, and so are not there before. */
const defined = objects
  .filter(({ kind }) => kind === 'CustomResourceDefinition')
  .map(({ spec }) =>
    definition(
      spec.group,
      spec.versions[0].name,
      spec.names.kind,
      spec.names.plural,
      spec.scope === 'Namespaced',
    ),
  );
const isDefined = ({ group, kind }: { readonly group: string; readonly kind: string }) =>
  defined.some((one) => one.group === group && one.kind === kind);
/** What a cluster of EKS has from the start. */
const builtIn: readonly ResourceDefinition[] = [
  ...rehearsalResources.filter((one) => !isDefined(one)),
  definition('eks.amazonaws.com', 'v1', 'TargetGroupBinding', 'targetgroupbindings', true),
];
const all: readonly ResourceDefinition[] = [
  ...rehearsalResources,
  ...builtIn.slice(-1),
  ...defined.filter((one) => !known.has(`${one.group}/${one.kind}`)),
];

const servers: ApiServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** The rehearsal's server has no schemas in the form in which kubectl asks for those of a kind that it does not know. */
const applying = ['apply', '--server-side', '--validate=false'];
/** What kubectl says of every kustomization that has an order. */
const sorting = /Sorting order is set both in 'kustomization.yaml'/;

interface Run {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

/** A cluster and the manifests in a folder. Kinds are served from the run after the one that defined them. */
async function cluster() {
  const folder = await folderFor();
  for (const [name, text] of manifests) {
    const file = join(folder, 'green', name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const store = createStore(all);
  for (const name of ['default', 'kube-system'])
    if (store.get('namespaces', undefined, name) === undefined)
      store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const run = async (...args: string[]): Promise<Run> => {
    const there = builtIn.concat(
      all.filter((one) => isDefined(one) && store.get(crds, undefined, resourceKey(one)) !== undefined),
    );
    const server = await startApiServer({ store, resources: there, name: 'green' });
    servers.push(server);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
    return new Promise((resolve) => {
      execFile(
        kubectl ?? '',
        [`--kubeconfig=${kubeconfig}`, '--request-timeout=15s', ...applying, ...args],
        // No cache of its own from the server before.
        {
          cwd: folder,
          env: {
            PATH: process.env.PATH ?? '',
            HOME: folder,
            KUBECACHEDIR: join(folder, server.url.slice(-5)),
          },
          timeout: 60_000,
        },
        (error, out, text) =>
          resolve({
            code: error === null ? 0 : Number(error.code ?? 1),
            lines: out.trim().split('\n'),
            errors: text.split('\n').filter((line) => line.trim() !== '' && !sorting.test(line)),
          }),
      );
    });
  };
  return { store, run };
}

const crds = 'customresourcedefinitions.apiextensions.k8s.io';

/** Objects of the manifests that are not on the cluster. */
const lacking = (store: Store): string[] =>
  objects
    .filter(({ apiVersion, kind, metadata: { name, namespace } }) => {
      const [version, group = ''] = apiVersion.split('/').reverse();
      const resource = all.find((one) => one.group === group && one.version === version && one.kind === kind);
      if (resource === undefined) return true;
      const place = resource.namespaced ? (namespace ?? 'default') : undefined;
      return store.get(resourceKey(resource), place, name ?? '') === undefined;
    })
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

describe.skipIf(kubectl === undefined)('kubectl apply --server-side', { timeout: 120_000 }, () => {
  it.each([
    ['every file below the folder of a colour', ['-R', '-f', 'green']],
    ['its kustomization', ['-k', 'green']],
  ])('takes %s, run twice at most', async (_, args) => {
    const { store, run } = await cluster();
    const first = await run(...args);
    // What is refused at first waits for what came in the same run, and for nothing else.
    expect(
      first.errors.filter((line) => !/no matches for kind|ensure CRDs|namespaces "\S+" not found/.test(line)),
    ).toEqual([]);
    const second = await run(...args);
    expect(second).toMatchObject({ code: 0, errors: [] });
    expect(lacking(store)).toEqual([]);
    const versions = () =>
      JSON.stringify(
        all.map((one) => store.list(resourceKey(one)).map(({ metadata }) => metadata.resourceVersion)),
      );
    const before = versions();
    expect(await run(...args)).toMatchObject({ code: 0, errors: [] });
    expect(versions()).toBe(before);
  });

  it('takes the components one by one, of which only the first needs two runs', async () => {
    const { store, run } = await cluster();
    expect((await run('-f', 'green/serving')).code).not.toBe(0);
    for (const component of ['serving', 'ingress', 'services', 'post-install'])
      expect(await run('-f', `green/${component}`), component).toMatchObject({ code: 0, errors: [] });
    expect(lacking(store)).toEqual([]);
  });
});
