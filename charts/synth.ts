import { ApiObject, App, Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { AccessChart } from './access.ts';
import { IngressChart } from './ingress.ts';
import { kustomization, kustomizationFile } from './kustomization.ts';
import { withOwnership } from './ownership.ts';
import { PostInstallChart } from './post-install.ts';
import { ServicesChart } from './services.ts';
import { ServingChart } from './serving.ts';
import { withSingletonsWaiting } from './singletons.ts';
import { withSyncWave } from './sync-waves.ts';

/** A construct's objects as plain data, in the order in which they were made. */
const objectsOf = (construct: Construct): KubeObject[] =>
  construct.node
    .findAll()
    .filter((node) => ApiObject.isApiObject(node))
    .map((node) => node.toJson() as KubeObject);

/** What one file holds. */
export interface SynthesizedFile {
  /** The folder's name: `serving`, `ingress`, `services`, `post-install`, `access`. */
  readonly component: string;
  readonly file: string;
  /** With the marks by which they are recognised later, and their wave of Argo CD. */
  readonly objects: readonly KubeObject[];
}

/**
 * The objects of a colour, file by file in the order of application. Pure.
 * @throws ZeroshiftError `fleet.invalid`, `knative.unknown-release`, `service.invalid`, `kourier.unknown-release`,
 * `kourier.times`, `config.invalid`
 */
export function synthObjects(fleet: Fleet, colour: Colour): SynthesizedFile[] {
  const app = new App();
  const components = [
    new ServingChart(app, 'serving', fleet, colour),
    new IngressChart(app, 'ingress', fleet, colour),
    new ServicesChart(app, 'services', fleet, colour),
    new PostInstallChart(app, 'post-install', fleet, colour),
    new AccessChart(app, 'access', fleet),
  ];
  return components.flatMap(({ files, node: { id: component } }) =>
    [...files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, construct]) => ({
        component,
        file,
        objects: withOwnership(withSyncWave(objectsOf(construct), component), fleet.name, component),
      })),
  );
}

/**
 * The manifests of a colour: `component/file.yaml` → text, a kustomization in each component, and one of them all. Pure
 * and the same to the byte for the same fleet; in the order of application. Singletons wait.
 * @throws ZeroshiftError `fleet.singletons`, what `synthObjects` throws
 */
export function synthColour(fleet: Fleet, colour: Colour): Map<string, string> {
  const made = synthObjects(fleet, colour);
  const components = [...new Set(made.map(({ component }) => component))];
  const manifests = new Map<string, string>();
  for (const component of components) {
    const files = made.filter((one) => one.component === component);
    for (const { file, objects } of files)
      manifests.set(`${component}/${file}`, Yaml.stringify(...withSingletonsWaiting(objects, fleet)));
    manifests.set(`${component}/${kustomizationFile}`, kustomization(files.map(({ file }) => file)));
  }
  manifests.set(kustomizationFile, kustomization(components));
  return manifests;
}

/** Namespaces, services, claims and domain mappings of a colour, in the order of application. */
export function serviceManifests(fleet: Fleet, colour: Colour): KubeObject[] {
  const { files } = new ServicesChart(new App(), 'services', fleet, colour);
  return withOwnership([...files.values()].flatMap(objectsOf), fleet.name, 'services');
}

/** The config maps of a colour's Serving. */
export function servingConfigMaps(fleet: Fleet, colour: Colour): KubeObject[] {
  const objects = objectsOf(new ServingChart(new App(), 'serving', fleet, colour));
  return withOwnership(
    objects.filter(({ kind }) => kind === 'ConfigMap'),
    fleet.name,
    'serving',
  );
}
