import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { digestOf, type ImageContent, imageOf, mediaTypes } from './image.ts';

/** An image in the registry, as a cluster names it. */
export interface PushedImage {
  /** With its tag, which Knative resolves: `10.98.0.1:5000/app:v1`. */
  readonly tagged: string;
  /** With its digest. */
  readonly pinned: string;
  readonly digest: string;
}

/** The lane's registry: filled from the host, read by the clusters under an address of their own. */
export interface Registry {
  /** Puts an image there, unless it is there. */
  push(name: string, tag: string, content: ImageContent): Promise<PushedImage>;
  /** The digest behind a tag, or undefined. */
  digest(name: string, tag: string): Promise<string | undefined>;
}

/** Milliseconds for one request; a layer may have 200 MB. */
const timeout = 60_000;

/** A tag that says what is inside without reading all of it: a file is the same while its size and time are. */
async function contentTag({ files, ...rest }: ImageContent): Promise<string> {
  const seen = files.map(async ({ from, ...file }) => {
    if (typeof from !== 'string') return { ...file, ...from };
    const { size, mtimeMs } = await stat(from);
    return { ...file, from, size, mtimeMs };
  });
  const hash = createHash('sha256').update(JSON.stringify([1, rest, await Promise.all(seen)]));
  return `content-${hash.digest('hex').slice(0, 24)}`;
}

/**
 * @param api where the host finds it, such as `http://198.18.10.2:5000`
 * @param seen host and port under which clusters find it
 */
export function createRegistry(api: string, seen: string): Registry {
  const ask = async (method: string, path: string, body?: Uint8Array, type?: string): Promise<Response> => {
    const answer = await fetch(path.startsWith('http') ? path : `${api}/v2/${path}`, {
      method,
      headers: { accept: mediaTypes.manifest, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeout),
    });
    if (!answer.ok && answer.status !== 404)
      throw new ZeroshiftError(`the lane's registry answered ${answer.status} to ${method} ${path}`, {
        code: 'lane.registry',
        source: 'outside',
        cause: await answer.text(),
      });
    return answer;
  };
  const digest = async (name: string, tag: string): Promise<string | undefined> => {
    const answer = await ask('HEAD', `${name}/manifests/${tag}`);
    return answer.ok ? (answer.headers.get('docker-content-digest') ?? undefined) : undefined;
  };
  const putBlob = async (name: string, blob: Uint8Array): Promise<void> => {
    if ((await ask('HEAD', `${name}/blobs/${digestOf(blob)}`)).ok) return;
    const started = await ask('POST', `${name}/blobs/uploads/`);
    const place = new URL(started.headers.get('location') ?? '', api);
    place.searchParams.set('digest', digestOf(blob));
    await ask('PUT', place.href, blob, 'application/octet-stream');
  };
  const putManifest = async (name: string, tags: readonly string[], manifest: Uint8Array): Promise<void> => {
    for (const tag of tags) await ask('PUT', `${name}/manifests/${tag}`, manifest, mediaTypes.manifest);
  };
  return {
    digest,
    async push(name, tag, content) {
      const known = await contentTag(content);
      let found = await digest(name, known);
      if (found === undefined) {
        const { manifest, config, layer } = await imageOf(content);
        await Promise.all([putBlob(name, layer), putBlob(name, config)]);
        await putManifest(name, [known, tag], manifest);
        found = digestOf(manifest);
      } else if ((await digest(name, tag)) !== found) {
        const manifest = await (await ask('GET', `${name}/manifests/${found}`)).arrayBuffer();
        await putManifest(name, [tag], new Uint8Array(manifest));
      }
      const image = `${seen}/${name}`;
      return { tagged: `${image}:${tag}`, pinned: `${image}@${found}`, digest: found };
    },
  };
}
