import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serviceManifests, servingConfigMaps, synthColour } from '../../../charts/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { colours, type Fleet, loadFleet } from '../../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { servingContext, validateObject } from '../../../lib/validation/index.ts';

const fleet = await loadFleet(resolve(import.meta.dirname, '../../../examples/talk/fleet.config.ts'));

const configMap = (colour: 'blue' | 'green', name: string) =>
  servingConfigMaps(fleet, colour).find(({ metadata }) => metadata.name === name)?.data ?? {};

const podOf = (colour: 'blue' | 'green', name: string) => {
  const service = serviceManifests(fleet, colour).find(
    ({ kind, metadata }: KubeObject) => kind === 'Service' && metadata.name === name,
  );
  return service?.spec.template.spec;
};

/** The same fleet, with flags that green forbids. */
const forbidding = (features: Readonly<Record<string, string>>): Fleet => ({
  ...fleet,
  colours: {
    ...fleet.colours,
    green: { ...fleet.colours.green, serving: { ...fleet.colours.green.serving, features } },
  },
});

const refusal = (of: Fleet): string[] => {
  try {
    synthColour(of, 'green');
  } catch (error) {
    if (error instanceof ZeroshiftError)
      return error.problems.map(({ where, allowed }) => `${where}: ${allowed}`);
    throw error;
  }
  return [];
};

describe.each(colours)('what the talk disliked, on %s', (colour) => {
  it('turns on exactly the flags that the services need', () => {
    expect(configMap(colour, 'config-features')).toEqual({
      'kubernetes.podspec-affinity': 'enabled',
      'kubernetes.podspec-init-containers': 'enabled',
      'kubernetes.podspec-nodeselector': 'enabled',
      'kubernetes.podspec-persistent-volume-claim': 'enabled',
      'kubernetes.podspec-persistent-volume-write': 'enabled',
      'kubernetes.podspec-tolerations': 'enabled',
      'kubernetes.podspec-topologyspreadconstraints': 'enabled',
      'kubernetes.podspec-volumes-csi': 'enabled',
      'kubernetes.podspec-volumes-emptydir': 'enabled',
      'multi-container': 'enabled',
      'multi-container-probing': 'enabled',
    });
  });

  it('is solved by services that the webhook takes under these settings', () => {
    const features = configMap(colour, 'config-features') as Record<string, string>;
    const context = servingContext({ features, release: fleet.colours[colour].knative });
    const services = serviceManifests(fleet, colour).filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata }) => metadata.name).sort()).toEqual([
      'catalog',
      'pictures',
      'reports',
      'site',
    ]);
    for (const service of services) expect(validateObject(service, context)).toMatchObject({ errors: [] });
  });

  it('shows each point: containers, volumes, nodes, and the end of a pod', () => {
    const site = podOf(colour, 'site');
    expect(site.containers.map(({ name }: { name: string }) => name)).toEqual(['web', 'refresh']);
    expect(site.initContainers).toHaveLength(1);
    const kinds = (podOf(colour, 'catalog').volumes as object[]).map((volume) =>
      Object.keys(volume)
        .filter((key) => key !== 'name')
        .join(),
    );
    expect(kinds).toEqual(['persistentVolumeClaim', 'persistentVolumeClaim', 'emptyDir', 'csi', 'projected']);
    expect(Object.keys(podOf(colour, 'pictures'))).toEqual(
      expect.arrayContaining(['nodeSelector', 'tolerations', 'affinity', 'topologySpreadConstraints']),
    );
    // The grace period: 10 s in which requests still come, 90 s for the longest, 20 s to drain.
    expect(podOf(colour, 'reports').timeoutSeconds).toBe(120);
  });
});

describe('a fleet that forbids a flag', () => {
  it('refuses the service that needs it, where it was written, with the name of the flag', () => {
    const flags = ['kubernetes.podspec-nodeselector', 'kubernetes.podspec-volumes-csi', 'multi-container'];
    const found = refusal(forbidding(Object.fromEntries(flags.map((flag) => [flag, 'disabled']))));
    const words = (flag: string) => `while the feature ${flag} is disabled`;
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/1-one-container\.ts: site\.containers: /);
    expect(found[0]).toContain(words('multi-container'));
    expect(found[1]).toMatch(/2-volumes\.ts: catalog\.volumes\.vault: /);
    expect(found[1]).toContain(words('kubernetes.podspec-volumes-csi'));
    expect(found[2]).toMatch(/3-nodes\.ts: pictures\.nodeSelector: /);
    expect(found[2]).toContain(words('kubernetes.podspec-nodeselector'));
  });
});
