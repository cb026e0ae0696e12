import { ApiObject, App, Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { IngressChart, type IngressOptions } from './ingress.ts';
import { kustomization, kustomizationFile } from './kustomization.ts';
import { PostInstallChart } from './post-install.ts';
import { ServicesChart } from './services.ts';
import { ServingChart } from './serving.ts';
import { withSyncWave } from './sync-waves.ts';

export interface SynthOptions {
  /** @default - as the fleet's entrance has it, bound by EKS Auto Mode */
  readonly ingress?: IngressOptions;
}

/** A construct's objects as plain data, in the order in which they were made. */
const objectsOf = (construct: Construct): KubeObject[] =>
  construct.node
    .findAll()
    .filter((node) => ApiObject.isApiObject(node))
    .map((node) => node.toJson() as KubeObject);

/**
 * The manifests of a colour: `component/file.yaml` → text, a kustomization in each component, and one of them all. Pure
 * and the same to the byte for the same fleet; in the order of application.
 * @throws ZeroshiftError `fleet.invalid`, `knative.unknown-release`, `service.invalid`, `kourier.unknown-release`,
 * `kourier.times`, `config.invalid`
 */
export function synthColour(fleet: Fleet, colour: Colour, options: SynthOptions = {}): Map<string, string> {
  const app = new App();
  const components = [
    new ServingChart(app, 'serving', fleet, colour),
    new IngressChart(app, 'ingress', fleet, colour, options.ingress),
    new ServicesChart(app, 'services', fleet, colour),
    new PostInstallChart(app, 'post-install', fleet, colour),
  ].filter(({ files }) => files.size > 0);
  const manifests = new Map<string, string>();
  for (const { files, node } of components) {
    const names = [...files.keys()].sort();
    for (const name of names) {
      const construct = files.get(name);
      if (construct !== undefined)
        manifests.set(`${node.id}/${name}`, Yaml.stringify(...withSyncWave(objectsOf(construct))));
    }
    manifests.set(`${node.id}/${kustomizationFile}`, kustomization(names));
  }
  manifests.set(kustomizationFile, kustomization(components.map(({ node }) => node.id)));
  return manifests;
}

/** Namespaces, services, claims and domain mappings of a colour, in the order of application. */
export function serviceManifests(fleet: Fleet, colour: Colour): KubeObject[] {
  return [...new ServicesChart(new App(), 'services', fleet, colour).files.values()].flatMap(objectsOf);
}

/** The config maps of a colour's Serving. */
export function servingConfigMaps(fleet: Fleet, colour: Colour): KubeObject[] {
  return objectsOf(new ServingChart(new App(), 'serving', fleet, colour)).filter(
    ({ kind }) => kind === 'ConfigMap',
  );
}
