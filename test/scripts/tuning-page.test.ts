import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  composeServing,
  release,
  servingTuningReasons,
  tunedFields,
} from '../../constructs/knative/index.ts';
import { allTuning } from '../../scripts/lib/all-tuning.ts';
import { tuningPage } from '../../scripts/lib/tuning-page.ts';

describe('the page of the default tuning', () => {
  it('is up to date: npm run docs:tuning', async () => {
    expect(await readFile('docs/tuning.md', 'utf8')).toBe(tuningPage(allTuning()));
  });

  it('cannot leave out a reason, or keep one that nothing needs', () => {
    const [tuned, upstream] = (['default', 'upstream'] as const).map((tuning) =>
      composeServing(release('1.23.0'), tuning),
    );
    const fields = (reasons: typeof servingTuningReasons) =>
      tunedFields(tuned ?? [], upstream ?? [], reasons);
    expect(fields(servingTuningReasons).length).toBeGreaterThan(5);
    expect(() => fields(servingTuningReasons.slice(1))).toThrow('no reason for');
    const idle = { kind: 'Secret', path: 'data', reason: 'none' };
    expect(() => fields([...servingTuningReasons, idle])).toThrow('nothing differs');
  });
});
