import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { Released } from '../../constructs/knative/index.ts';
import { type Problem, ZeroshiftError } from '../../lib/messages/error.ts';

const refuse = (problems: readonly Problem[], cause?: unknown): ZeroshiftError =>
  new ZeroshiftError('the folder of released YAML cannot be read', {
    code: 'upstream.unreadable',
    source: 'user',
    problems,
    action: "name a folder that holds the release's YAML files as upstream publishes them",
    cause,
  });

async function yamlFiles(folder: string): Promise<string[]> {
  try {
    const files = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
    if (files.length > 0) return files;
  } catch (error) {
    throw refuse([{ where: 'DIR', value: folder, allowed: 'a folder that is there' }], error);
  }
  throw refuse([{ where: 'DIR', value: folder, allowed: 'a folder with files that end in .yaml or .yml' }]);
}

const isKubeObject = (value: unknown): value is Released['object'] =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  'metadata' in value &&
  typeof value.metadata === 'object' &&
  value.metadata !== null;

/** The objects of one file. @throws ZeroshiftError `upstream.unreadable` with file and line */
export function parseReleased(file: string, text: string): Released[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const released: Released[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    const at = (offset: number) => {
      const { line } = lines.linePos(offset);
      return { where: `${file}:${line}`, value: text.split('\n')[line - 1] };
    };
    const [mistake] = document.errors;
    if (mistake !== undefined) throw refuse([{ ...at(mistake.pos[0]), allowed: 'YAML' }], mistake);
    const object: unknown = document.toJS();
    if (object === null) continue;
    if (!isKubeObject(object))
      throw refuse([
        {
          ...at(document.contents?.range?.[0] ?? document.range[0]),
          allowed: 'a Kubernetes object, with kind and metadata',
        },
      ]);
    released.push({ file, object });
  }
  return released;
}

/** Every object in a folder's YAML files. @throws ZeroshiftError `upstream.unreadable` */
export async function readReleased(folder: string): Promise<Released[]> {
  const released: Released[] = [];
  for (const file of await yamlFiles(folder))
    released.push(...parseReleased(file, await readFile(join(folder, file), 'utf8')));
  return released;
}
