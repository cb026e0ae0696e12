import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../../lib/clusters/index.ts';

/** The objects in synthesized files, in their order; kustomizations are files of kubectl's, not objects. */
export const parseManifests = (files: ReadonlyMap<string, string>): KubeObject[] =>
  [...files.values()]
    .flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject | null))
    .filter((object) => object !== null)
    .filter(({ kind }) => kind !== 'Kustomization');
