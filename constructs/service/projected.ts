import { fieldOfFile, type ResourceReference, renderResource, resourceKind } from './environment.ts';
import { given } from './given.ts';
import { flag, listOf, named, object, seconds, text, textOr, textThat, variant, whole } from './kinds.ts';
import { type Time, timeSeconds } from './time.ts';

/** Key → path of the file below the mount. @default - every key, under its own name */
export type KeyPaths = Readonly<Record<string, string>>;

/** Files from one source of a projected volume. */
export type ProjectedSource =
  | { readonly secret: string; readonly items?: KeyPaths; readonly optional?: boolean }
  | { readonly configMap: string; readonly items?: KeyPaths; readonly optional?: boolean }
  | {
      /** A token of the service account, renewed before it ends. */
      readonly serviceAccountToken: {
        /** Path of the file. */
        readonly path: string;
        /** Whom it is for. @default - the API server */
        readonly audience?: string;
        /** How long it is good for, 10m at least. @default 1h */
        readonly expiration?: Time;
      };
    }
  | {
      /** Path of the file → field of the pod, or resource of one of its containers. */
      readonly downwardApi: Readonly<Record<string, string | ResourceReference>>;
    };

/** Several sources as files in one folder. */
export interface ProjectedProps {
  readonly projected: readonly ProjectedSource[];
  /** Permission bits of the files, such as 0o400. @default 0o644 */
  readonly mode?: number;
}

const relative = textThat(
  'a path below the mount, without ".."',
  (path) => path !== '' && !/^\/|(^|\/)\.\.(\/|$)/.test(path),
);
const key = textThat('a key: letters, digits, ".", "_" and "-"', (name) => /^[-._a-zA-Z0-9]+$/.test(name));
export const mode = whole(0, 0o777);

/** Which keys become files, and whether they must be there. */
export const keys = { items: named(relative, key), optional: flag };

const token = object({ path: relative, audience: text, expiration: seconds(600) }, ['path']);
// A file of a volume has no container of its own, so that it must say which one it means.
const ofContainer = {
  ...resourceKind,
  check: (value: unknown, at: string, report: Parameters<typeof resourceKind.check>[2]) => {
    resourceKind.check(value, at, report);
    const { container } = value as ResourceReference;
    if (container === undefined)
      report({ where: `${at}.container`, value: container, allowed: 'the name of a container' }, true);
  },
};
const file = {
  allowed: `${fieldOfFile.allowed}, or { resource, container }`,
  check: (value: unknown, at: string, report: Parameters<typeof fieldOfFile.check>[2]) =>
    typeof value === 'string'
      ? fieldOfFile.check(value, at, report)
      : textOr(ofContainer, file.allowed).check(value, at, report),
};

export const projectedKind = object<ProjectedProps>({
  projected: listOf(
    variant({
      secret: object({ secret: text, ...keys }),
      configMap: object({ configMap: text, ...keys }),
      serviceAccountToken: object({ serviceAccountToken: token }),
      downwardApi: object({ downwardApi: named(file, relative) }),
    }),
    1,
  ),
  mode,
});

/** Keys as the items of a volume. */
export const renderItems = (paths: KeyPaths | undefined) =>
  paths === undefined ? undefined : Object.entries(paths).map(([name, path]) => ({ key: name, path }));

function renderSource(source: ProjectedSource): Record<string, unknown> {
  if ('secret' in source)
    return {
      secret: given({ name: source.secret, items: renderItems(source.items), optional: source.optional }),
    };
  if ('configMap' in source)
    return {
      configMap: given({
        name: source.configMap,
        items: renderItems(source.items),
        optional: source.optional,
      }),
    };
  if ('downwardApi' in source)
    return {
      downwardAPI: {
        items: Object.entries(source.downwardApi).map(([path, from]) =>
          typeof from === 'string'
            ? { path, fieldRef: { fieldPath: from } }
            : { path, resourceFieldRef: renderResource(from) },
        ),
      },
    };
  const { path, audience, expiration } = source.serviceAccountToken;
  const expirationSeconds = expiration === undefined ? undefined : timeSeconds(expiration);
  return { serviceAccountToken: given({ path, audience, expirationSeconds }) };
}

/** The volume's content as a pod spec has it. */
export const renderProjected = ({ projected, mode: bits }: ProjectedProps) => ({
  projected: given({ sources: projected.map(renderSource), defaultMode: bits }),
});
