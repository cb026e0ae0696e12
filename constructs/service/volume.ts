/** What a volume holds. */
export type VolumeProps =
  | { readonly emptyDir: { readonly medium?: 'Memory'; readonly sizeLimit?: string } }
  | { readonly secret: string; readonly items?: KeyPaths; readonly optional?: boolean }
  | { readonly configMap: string; readonly items?: KeyPaths; readonly optional?: boolean }
  | {
      /** Name of the claim. */
      readonly persistentVolumeClaim: string;
      /** @default true; writing needs a feature flag of its own */
      readonly readOnly?: boolean;
    };

/** Key → path of the file below the mount. @default - every key, under its own name */
type KeyPaths = Readonly<Record<string, string>>;

const items = (paths: KeyPaths | undefined) =>
  paths === undefined ? {} : { items: Object.entries(paths).map(([key, path]) => ({ key, path })) };

const optional = (flag: boolean | undefined) => (flag === undefined ? {} : { optional: flag });

/** The volume as a pod spec has it. */
export function renderVolume(name: string, volume: VolumeProps): Record<string, unknown> {
  if ('emptyDir' in volume) return { name, emptyDir: { ...volume.emptyDir } };
  if ('secret' in volume)
    return {
      name,
      secret: { secretName: volume.secret, ...items(volume.items), ...optional(volume.optional) },
    };
  if ('configMap' in volume)
    return {
      name,
      configMap: { name: volume.configMap, ...items(volume.items), ...optional(volume.optional) },
    };
  if ('persistentVolumeClaim' in volume)
    return {
      name,
      persistentVolumeClaim: { claimName: volume.persistentVolumeClaim, readOnly: volume.readOnly ?? true },
    };
  // Not reachable for typed callers; validation names the missing kind.
  return { name };
}
