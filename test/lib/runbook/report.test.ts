import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readJournal } from '../../../lib/cutover/journal.ts';
import { openPlan } from '../../../lib/cutover/plan.ts';
import { planText, renderReport, reportOf } from '../../../lib/runbook/index.ts';
import { samplePlan } from './sample-plan.ts';

async function history(name: string) {
  const folder = join(import.meta.dirname, '../../histories', name);
  const plan = openPlan(await readFile(join(folder, 'plan.json'), 'utf8'), name);
  const records = await readJournal(join(folder, 'journal.jsonl'));
  return { plan, records, report: reportOf(plan, records) };
}

it('tells a cutover that went through, and was resumed', async () => {
  const { plan, records, report } = await history('completed');
  expect(report).toMatchObject({ plan: plan.id, outcome: 'finalized', from: plan.from, to: plan.to });
  expect(report.left).toBeUndefined();
  expect(report.steps.map(({ step }) => step)).toEqual(plan.steps.map(({ id }) => id));
  // Its times are the journal's: the steps are as long as the way there.
  const entered = records.filter(({ event }) => event.type === 'step-entered');
  const completed = records.find(({ event }) => event.type === 'ended');
  const sum = report.steps.reduce((total, { seconds }) => total + seconds, 0);
  expect(sum).toBeCloseTo(((completed?.at ?? 0) - (entered[0]?.at ?? 0)) / 1000, 3);
  expect(report.weights.map(({ text }) => text)).toEqual(['blue 50, green 50', 'blue 0, green 100']);
  expect(report.floors).toMatchObject([{ putBack: true }]);
  expect(report.people.map(({ text }) => text)).toEqual(['began it', 'went on with it', 'finalized it']);
  const shift = report.steps.find(({ kind }) => kind === 'shift');
  expect(shift?.gates.length).toBeGreaterThan(3);
  const text = renderReport(report);
  for (const gate of shift?.gates ?? []) expect(text).toContain(`${gate.samples}`);
  expect(text).toMatch(/^# Cutover of shop: from blue to green\n\n\*\*finalized\*\*, begun /);
});

it('tells why one went back, with the gate and its numbers, and what is left', async () => {
  const { report } = await history('rolled-back');
  expect(report.outcome).toBe('rolled-back');
  expect(report.left).toContain('still there, without traffic');
  const failed = report.steps.at(-1)?.gates.filter(({ verdict }) => verdict === 'fail');
  expect(failed).toMatchObject([{ gate: 'success-rate' }]);
  expect(report.moments.some(({ text }) => text.startsWith('rolled back in '))).toBe(true);
  expect(renderReport(report)).toContain('fail');
});

it('has nothing in a table that could be markup', async () => {
  const { plan, records } = await history('completed');
  const renamed = { ...plan, fleet: 'a|b <script>' };
  expect(renderReport(reportOf(renamed, records))).toContain('a\\|b \\<script\\>');
});

it('shows a plan as a person reads it, with what waits and what is called', () => {
  const lines = planText(
    samplePlan({
      approvals: ['us-east-1/shift-100'],
      hooks: [{ name: 'ticket', when: ['before'], steps: ['us-east-1/shift-100'], timeout: '30s' }],
    }),
  );
  expect(lines).toContain('  eu-west-1: blue 255, green 0');
  expect(lines).toContain('  us-east-1: blue 255, green 0, and 1 endpoints of others');
  expect(lines.at(-4)).toBe(
    '   17. us-east-1/shift-100 (100 % to green); waits for an approval; hooks: ticket',
  );
});
