import { createHash } from 'node:crypto';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tarOf } from './tar.ts';

/** A file of an image: from the machine, as text, or a link to a target. */
export interface ImageFile {
  /** Absolute path in the image. */
  readonly to: string;
  readonly from: string | { readonly text: string } | { readonly target: string };
  /** @default 0o755 */
  readonly mode?: number;
}

/** What an image holds and how its container starts. */
export interface ImageContent {
  readonly files: readonly ImageFile[];
  readonly entrypoint: readonly string[];
  /** @default - none beyond PATH */
  readonly env?: Readonly<Record<string, string>>;
  /** @default '65532', who owns nothing */
  readonly user?: string;
}

/** An image as a registry keeps it. */
export interface OciImage {
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly layer: Buffer;
}

export const digestOf = (content: Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const described = (mediaType: string, content: Uint8Array) => ({
  mediaType,
  size: content.byteLength,
  digest: digestOf(content),
});

/** The files and links below a folder, as those of an image. */
export async function filesBelow(root: string): Promise<ImageFile[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  const files = found.map(async (entry): Promise<ImageFile | undefined> => {
    const from = join(entry.parentPath, entry.name);
    const to = from.slice(root.length);
    if (entry.isSymbolicLink()) return { to, from: { target: await readlink(from) } };
    return entry.isFile() ? { to, from, mode: (await stat(from)).mode & 0o7777 } : undefined;
  });
  return (await Promise.all(files)).filter((file) => file !== undefined);
}

/** Makes an image of one layer, the same to the byte for the same content. */
export async function imageOf({
  files,
  entrypoint,
  env = {},
  user = '65532',
}: ImageContent): Promise<OciImage> {
  const entries = files.map(async ({ to, from, mode = 0o755 }) => {
    const path = to.replace(/^\/+/, '');
    if (typeof from === 'string') return { path, mode, content: await readFile(from) };
    return 'target' in from ? { path, target: from.target } : { path, mode, content: Buffer.from(from.text) };
  });
  const layer = tarOf([
    { path: 'tmp/', mode: 0o1777 },
    {
      path: 'etc/passwd',
      mode: 0o644,
      content: Buffer.from('root:x:0:0::/:/x\nnonroot:x:65532:65532::/:/x\n'),
    },
    ...(await Promise.all(entries)),
  ]);
  const config = json({
    architecture: 'amd64',
    os: 'linux',
    config: {
      Entrypoint: entrypoint,
      Env: Object.entries({ PATH: '/usr/local/bin:/usr/bin:/bin', ...env }).map(
        ([name, value]) => `${name}=${value}`,
      ),
      User: user,
    },
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
  });
  const manifest = json({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: described(mediaTypes.config, config),
    layers: [described(mediaTypes.layer, layer)],
  });
  return { manifest, config, layer };
}
