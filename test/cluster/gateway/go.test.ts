import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findProgram, run } from '../machine/index.ts';
import { goSettings } from '../programs/go.ts';

const timeout = 600_000;
const go = findProgram('go');
const modules = { 'the ingress controller': 'gateway/controller', 'the application': 'app' };

/** The lane's own Go code has its tests beside it. */
describe.skipIf(go === undefined)('Go', () => {
  for (const [name, folder] of Object.entries(modules))
    it(`${name} passes its own tests`, { timeout }, async () => {
      const cwd = join(import.meta.dirname, '..', folder);
      const env = { ...process.env, ...goSettings };
      const sources = readdirSync(cwd).filter((file) => file.endsWith('.go'));
      expect(await run(findProgram('gofmt') ?? 'gofmt', ['-l', ...sources], { cwd })).toBe('');
      await run(go ?? 'go', ['vet', '.'], { cwd, env, timeout });
      expect(await run(go ?? 'go', ['test', '.'], { cwd, env, timeout })).toMatch(/^ok\b/);
    });
});
