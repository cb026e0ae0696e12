import { ApiObject, App, Yaml } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { ServicesChart } from './services.ts';
import { ServingChart } from './serving.ts';

/** A construct's objects as plain data, in the order in which they were made. */
const objectsOf = (construct: Construct): KubeObject[] =>
  construct.node
    .findAll()
    .filter((node) => ApiObject.isApiObject(node))
    .map((node) => node.toJson() as KubeObject);

/**
 * The manifests of a colour: `component/file.yaml` → text. Pure and the same to the byte for the same fleet; in the
 * order of the names, which is the order of application.
 * @throws ZeroshiftError `fleet.invalid`, `knative.unknown-release`, `service.invalid`
 */
export function synthColour(fleet: Fleet, colour: Colour): Map<string, string> {
  const app = new App();
  // Serving comes before the services that need it, though the alphabet has it otherwise.
  const components = [
    new ServingChart(app, 'serving', fleet, colour),
    new ServicesChart(app, 'services', fleet, colour),
  ];
  return new Map(
    components.flatMap((chart) =>
      [...chart.files]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([file, construct]): [string, string] => [
          `${chart.node.id}/${file}`,
          Yaml.stringify(...objectsOf(construct)),
        ]),
    ),
  );
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
