import type { Release } from '../../constructs/knative/index.ts';
import type { KourierRelease } from '../../constructs/kourier/index.ts';

const indented = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join('');

const key = (name: string): string => (/^[a-z_$][\w$]*$/i.test(name) ? name : `'${name}'`);

/** The data file of a release. */
export const releaseFile = ({ version, kubernetes, digests, features }: Release): string =>
  `import type { Release } from './release.ts';

/** Knative Serving ${version}: figures of the release. */
export const release: Release = {
  version: '${version}',
  kubernetes: '${kubernetes}',
  digests: {
${indented(Object.entries(digests).map(([part, digest]) => `${key(part)}: '${digest}',`))}  },
  features: [
${indented(features.map((feature) => `'${feature}',`))}  ],
};
`;

/** The data file of a release of Kourier. */
export const kourierReleaseFile = (release: KourierRelease): string =>
  `import type { KourierRelease } from './release.ts';

/** Kourier ${release.version}: figures of the release. */
export const release: KourierRelease = {
  version: '${release.version}',
  controller: '${release.controller}',
  envoy: '${release.envoy}',
  envoyPatch: '${release.envoyPatch}',
  statsAddress: '${release.statsAddress}',
};
`;

const numbers = (version: string): number[] => version.split('.').map(Number);

const byVersion = (one: string, other: string): number => {
  const [a, b] = [numbers(one), numbers(other)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
};

/** The file that lists all releases. @param type the name of their type */
export function allReleasesFile(
  versions: readonly string[],
  type: 'Release' | 'KourierRelease' = 'Release',
): string {
  const sorted = [...new Set(versions)].sort(byVersion);
  const name = (version: string) => `release_${version.replaceAll('.', '_')}`;
  const imports = sorted.map((version) => `import { release as ${name(version)} } from './${version}.ts';\n`);
  const start = `export const releases: readonly ${type}[] = [`;
  const line = `${start}${sorted.map(name).join(', ')}];`;
  const items =
    line.length <= 110 ? line : `${start}\n${sorted.map((version) => `  ${name(version)},\n`).join('')}];`;
  return `// Written by \`npm run release:add\` from the data files beside it.
${imports.join('')}import type { ${type} } from './release.ts';

/** Every release, oldest first. */
${items}
`;
}
