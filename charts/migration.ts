import { ApiObject, App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type HistoryWord, ServiceMigration } from '../constructs/migration/index.ts';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';
import { sibling } from '../lib/fleet/colour.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { objectKey } from '../lib/fleet/kube-objects.ts';
import { yamlText } from '../lib/manifests/index.ts';
import type { ExportedFile } from '../lib/migration/index.ts';
import { kustomization, kustomizationFile } from './kustomization.ts';
import { synthObjects } from './synth.ts';
import { filesOf } from './workload-files.ts';

export interface MigrationChartProps {
  /** What `readExportFile` gives of `zeroshift inventory -o yaml`. */
  readonly inventory: ExportedFile;
  /** Of services whose traffic names earlier revisions, as `ServiceMigration` takes it. @default - they are refused */
  readonly history?: Readonly<Record<string, HistoryWord>>;
}

/**
 * What a colour held, as manifests for the colour that it moves to, with the rewrites and words of the fleet. What the
 * fleet defines itself is left out: its own manifests bring that.
 */
export class MigrationChart extends Chart {
  /** File name → the construct whose object it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;
  readonly migration: ServiceMigration;

  /** @throws ZeroshiftError what `ServiceMigration` and `synthObjects` throw */
  constructor(
    scope: Construct,
    id: string,
    fleet: Fleet,
    colour: Colour,
    { inventory, history }: MigrationChartProps,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const defined = new Set(
      synthObjects(fleet, colour).flatMap(({ objects }) => objects.map((object) => objectKey(object))),
    );
    const objects = inventory.objects.filter((object) => !defined.has(objectKey(object)));
    const region = inventory.origin?.region ?? fleet.regions[0]?.name ?? '';
    this.migration = new ServiceMigration(this, 'inventory', {
      inventory: { ...inventory, objects },
      context: { from: sibling(colour), to: colour, region },
      ...fleet.migration,
      ...(history === undefined ? {} : { history }),
    });
    const made = new Map(this.migration.apiObjects.map((one) => [objectKey(one.toJson()), one]));
    const files = filesOf([...made.values()].map((one) => one.toJson() as KubeObject));
    this.files = new Map(
      [...files].flatMap(([file, object]) => {
        const construct = made.get(objectKey(object));
        return construct === undefined ? [] : [[file, construct] as const];
      }),
    );
  }
}

/**
 * The same as text: file name → YAML, with a kustomization, and the Secrets that must be there before as a comment of it.
 * Pure. @throws ZeroshiftError what `MigrationChart` throws
 */
export function migrationManifests(
  fleet: Fleet,
  colour: Colour,
  props: MigrationChartProps,
): Map<string, string> {
  const { files, migration } = new MigrationChart(new App(), 'migration', fleet, colour, props);
  const manifests = new Map<string, string>();
  for (const [file, construct] of files)
    if (ApiObject.isApiObject(construct)) manifests.set(file, yamlText(construct.toJson()));
  manifests.set(kustomizationFile, migration.comment + kustomization([...manifests.keys()]));
  return manifests;
}
