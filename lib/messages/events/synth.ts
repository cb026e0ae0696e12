import { event } from './definition.ts';

/** What is said of manifests on disk. */
export const synthEvents = {
  'synth.written': event<{ colour: string; files: number; directory: string }>(
    'the manifests of a colour were written',
    ({ colour, files, directory }) => `${colour}: ${files} manifests in ${directory}`,
  ),
  'synth.changed': event<{ file: string; change: 'missing' | 'different' | 'left'; difference?: string }>(
    'a manifest on disk is not what the fleet says',
    ({ file, change, difference }) =>
      [
        `${file} is ${change === 'left' ? 'no longer made (synth --prune takes it away)' : change}`,
        ...(change === 'different' && difference !== undefined ? [difference.trimEnd()] : []),
      ].join('\n'),
    'warn',
  ),
  'synth.foreign': event<{ file: string }>(
    'a file among the manifests was not written by synth, which leaves it alone',
    ({ file }) => `${file} is not ours: kubectl apply -f would take it, the kustomizations do not`,
    'warn',
  ),
  'synth.pruned': event<{ file: string }>(
    'a manifest that the fleet does not make any more was removed',
    ({ file }) => `${file} removed: the fleet does not make it any more`,
  ),
  'synth.argo-cd': event<{ applications: number; file: string }>(
    'the ApplicationSet of Argo CD was written',
    ({ applications, file }) => `Argo CD: ${applications} applications in ${file}`,
  ),
  'synth.unchanged': event<{ directory: string }>(
    'the manifests on disk are what the fleet says',
    ({ directory }) => `${directory} is up to date`,
    'good',
  ),
} as const;
