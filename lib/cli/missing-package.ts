import { ZeroshiftError } from '../messages/error.ts';

/** Packages that a team's own project brings, so that there is one copy of each; `package.json` asks for the same. */
export const peers = {
  'aws-cdk-lib': '^2.276.0',
  cdk8s: '^2.70.0',
  'cdk8s-plus-27': '^2.9.5',
  constructs: '^10.8.0',
} as const;

/** What goes together: the manifests need the first three, the stacks the others. */
const manifests = ['cdk8s', 'constructs', 'cdk8s-plus-27'] as const;
const stacks = ['aws-cdk-lib', 'constructs'] as const;

/** The answer to a package that is not installed; undefined for any other failure. */
export function missingPackage(thrown: unknown): ZeroshiftError | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  if (thrown.code !== 'ERR_MODULE_NOT_FOUND' && thrown.code !== 'MODULE_NOT_FOUND') return undefined;
  const name = /^Cannot find (?:package|module) '([^']+)'/.exec(thrown.message)?.[1];
  const missing = (Object.keys(peers) as (keyof typeof peers)[]).find(
    (peer) => name === peer || name?.startsWith(`${peer}/`),
  );
  if (missing === undefined) return undefined;
  const wanted = missing === 'aws-cdk-lib' ? stacks : manifests;
  return new ZeroshiftError(`the package ${missing} is not installed`, {
    code: 'package.missing',
    source: 'outside',
    action: `npm install ${wanted.map((peer) => `${peer}@${peers[peer]}`).join(' ')}`,
    cause: thrown,
  });
}
