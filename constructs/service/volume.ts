import { given } from './given.ts';
import {
  flag,
  type Kind,
  labels,
  listOf,
  named,
  object,
  quantity,
  text,
  textThat,
  variant,
  word,
} from './kinds.ts';
import {
  type KeyPaths,
  keys,
  mode,
  type ProjectedProps,
  projectedKind,
  renderItems,
  renderProjected,
} from './projected.ts';

interface FilesProps {
  readonly items?: KeyPaths;
  /** Whether the pod starts without it. @default false */
  readonly optional?: boolean;
  /** Permission bits of the files, such as 0o400. @default 0o644 */
  readonly mode?: number;
}

/** An empty folder that ends with the pod; turns `kubernetes.podspec-volumes-emptydir` on. */
export interface EmptyDirProps {
  /** In memory, counted as the containers'. @default - on the node's disk */
  readonly medium?: 'Memory';
  /** A quantity such as `64Mi`. @default - no limit */
  readonly sizeLimit?: string;
}

/** A volume of a CSI driver that lives and ends with the pod; turns `kubernetes.podspec-volumes-csi` on. */
export interface CsiProps {
  /** Name of the driver, such as `secrets-store.csi.k8s.io`. */
  readonly driver: string;
  /** @default - as the driver has it */
  readonly fsType?: string;
  /** What the driver wants to know. @default - none */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Name of a Secret for the driver. @default - none */
  readonly secret?: string;
  /** Knative mounts it read-only in any case. @default - as the driver has it */
  readonly readOnly?: boolean;
}

/**
 * A claim made for each pod, which ends with it; turns `kubernetes.podspec-volumes-ephemeral` on, which Knative has
 * since 1.23.
 */
export interface EphemeralProps {
  /** A quantity such as `10Gi`. */
  readonly size: string;
  /** @default - the cluster's */
  readonly storageClass?: string;
  /** @default ['ReadWriteOnce'] */
  readonly accessModes?: readonly AccessMode[];
  /** Labels of the claims. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

export type AccessMode = (typeof accessModes)[number];

/** What volumes hold: exactly one of these. */
export type VolumeProps =
  | { readonly emptyDir: EmptyDirProps }
  | (FilesProps & { readonly secret: string })
  | (FilesProps & { readonly configMap: string })
  | ProjectedProps
  | {
      /** Name of the claim; turns `kubernetes.podspec-persistent-volume-claim` on. */
      readonly persistentVolumeClaim: string;
      /** `false` turns `kubernetes.podspec-persistent-volume-write` on. @default true */
      readonly readOnly?: boolean;
    }
  | { readonly csi: CsiProps }
  | { readonly ephemeral: EphemeralProps }
  | {
      /** Reference of an image whose files are mounted; turns `kubernetes.podspec-volumes-image` on. */
      readonly image: string;
      /** @default - `Always` for the tag `latest`, else `IfNotPresent` */
      readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
    };

const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'] as const;
const name = textThat('a name', (value) => value !== '');
const files = { ...keys, mode };

export const volumeKind: Kind = variant({
  emptyDir: object({ emptyDir: object<EmptyDirProps>({ medium: word('Memory'), sizeLimit: quantity }) }),
  secret: object({ secret: name, ...files }),
  configMap: object({ configMap: name, ...files }),
  projected: projectedKind,
  persistentVolumeClaim: object({ persistentVolumeClaim: name, readOnly: flag }),
  csi: object({
    csi: object<CsiProps>(
      { driver: name, fsType: text, attributes: named(text), secret: name, readOnly: flag },
      ['driver'],
    ),
  }),
  ephemeral: object({
    ephemeral: object<EphemeralProps>(
      { size: quantity, storageClass: name, accessModes: listOf(word(...accessModes), 1), labels },
      ['size'],
    ),
  }),
  image: object({ image: name, pullPolicy: word('Always', 'IfNotPresent', 'Never') }),
});

const renderCsi = ({ driver, fsType, attributes, secret, readOnly }: CsiProps) =>
  given({
    driver,
    fsType,
    readOnly,
    volumeAttributes: attributes,
    nodePublishSecretRef: secret === undefined ? undefined : { name: secret },
  });

const renderEphemeral = ({ size, storageClass, accessModes: modes, labels: marks }: EphemeralProps) => ({
  volumeClaimTemplate: given({
    metadata: marks === undefined ? undefined : { labels: marks },
    spec: given({
      accessModes: [...(modes ?? ['ReadWriteOnce'])],
      storageClassName: storageClass,
      resources: { requests: { storage: size } },
    }),
  }),
});

function renderContent(volume: VolumeProps): Record<string, unknown> {
  if ('emptyDir' in volume) return { emptyDir: { ...volume.emptyDir } };
  if ('projected' in volume) return renderProjected(volume);
  if ('csi' in volume) return { csi: renderCsi(volume.csi) };
  if ('ephemeral' in volume) return { ephemeral: renderEphemeral(volume.ephemeral) };
  if ('image' in volume) return { image: given({ reference: volume.image, pullPolicy: volume.pullPolicy }) };
  if ('persistentVolumeClaim' in volume) {
    const { persistentVolumeClaim: claimName, readOnly = true } = volume;
    return { persistentVolumeClaim: { claimName, readOnly } };
  }
  const { items, optional, mode: defaultMode } = volume;
  const rest = { items: renderItems(items), optional, defaultMode };
  return 'secret' in volume
    ? { secret: given({ secretName: volume.secret, ...rest }) }
    : { configMap: given({ name: volume.configMap, ...rest }) };
}

/** The volume as a pod spec has it. */
export const renderVolume = (volume: string, content: VolumeProps): Record<string, unknown> => ({
  name: volume,
  ...renderContent(content),
});
