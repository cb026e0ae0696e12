// Bundles the command: one file to start, what is loaded later beside it, one file a thread.
// node scripts/build-command.mjs [FOLDER, two levels below the package; default dist/command]
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const outdir = process.argv[2] ?? 'dist/command';
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: [
    'bin/zeroshift.ts',
    'lib/rehearsal/world/cluster-worker.ts',
    'lib/rehearsal/world/entrance-worker.ts',
    'lib/rehearsal/world/accelerator-worker.ts',
    'lib/rehearsal/world/load-worker.ts',
  ],
  outdir,
  entryNames: '[name]',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  minifyWhitespace: true,
  format: 'esm',
  // A module that is loaded lazily keeps its named exports only as ESM.
  mainFields: ['module', 'main'],
  define: { ZEROSHIFT_VERSION: JSON.stringify(version) },
  alias: { 'whatwg-url': './scripts/node-url.mjs' },
  // What a team's own app must have one copy of, and what carries data files of its own, stays outside.
  external: ['aws-cdk-lib', 'constructs', 'cdk8s', 'cdk8s-plus-27', 'jiti', 'uplot', '@peculiar/x509'],
  banner: {
    // Bundled CommonJS asks for Node's own modules with require.
    js: "import { createRequire as zeroshiftRequire } from 'node:module'; const require = zeroshiftRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
