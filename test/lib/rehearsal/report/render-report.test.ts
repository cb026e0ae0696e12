import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { html, scriptJson } from '../../../../lib/rehearsal/report/html.ts';
import { renderReport } from '../../../../lib/rehearsal/report/index.ts';
import type { ReportData } from '../../../../lib/rehearsal/report/report-data.ts';
import { sampleData } from './sample-data.ts';

/** The words of the page, as they stand without any script. */
const textOf = (page: string): string =>
  page
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\u00a0\u202f]+/g, ' ');

const scriptsOf = (page: string) => [...page.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)];

/** Every string in the data with something hostile behind it. */
function poisoned(value: unknown, poison: string): unknown {
  if (typeof value === 'string') return value + poison;
  if (Array.isArray(value)) return value.map((one) => poisoned(one, poison));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, poisoned(one, poison)]));
  return value;
}

describe('report', () => {
  it('says in words alone what was moved, lost, asked, measured and decided', () => {
    const text = textOf(renderReport(sampleData('completed')));
    expect(text).toContain('Every request was answered');
    expect(text).toContain('Requests sent 13 947 Requests lost 0 Services moved 7 Steps taken 9 Exit code 0');
    expect(text).toContain('shift to 25 % 25 % 25.7 % 24 % ✓ pass success-rate 100 % ≥ 99 %');
    expect(text).toContain('during the cutover 8 002 9.8 ms 23.9 ms 36.2 ms 1 313 ms');
    expect(text).toContain('digest sha256:3f9c01ab');
    expect(text).not.toContain('went back');
  });

  it('says why it went back, how far off it was and when the last error came', () => {
    const text = textOf(renderReport(sampleData('rolled-back')));
    expect(text).toContain('Back on blue; 96 of 13 905 requests were lost');
    expect(text).toContain(
      'Gate success-rate Measured 71.2 % Limit ≥ 99 % Last error of green 1.3 s after the decision',
    );
    expect(text).toContain('the first 6 of 96');
    expect(text).toContain('+24.3 s checkout shift to 25 % status status 503, expected 200 green');
  });

  it('keeps ten lost requests in the open and the others one click away, whatever their number', () => {
    const sample = sampleData('rolled-back');
    const [one] = sample.lost;
    if (one === undefined) throw new Error('the sample has lost requests');
    const withLost = (kept: number, total: number) =>
      renderReport({
        ...sample,
        summary: { ...sample.summary, lost: total },
        lost: Array.from({ length: kept }, (_, index) => ({ ...one, service: `service-${index}.` })),
      });
    const many = withLost(100, 346);
    const [open = '', hidden = ''] = many.split('<details><summary>90 more lost requests</summary>');
    expect(textOf(open)).toContain('the first 10 of 346');
    expect(open.match(/service-\d+\./g)).toHaveLength(10);
    expect(new Set(hidden.match(/service-\d+\./g)).size).toBe(90);
    expect(textOf(hidden)).toContain('the other 246 are only counted');
    for (const few of [withLost(10, 10), withLost(1, 1)]) {
      expect(textOf(few)).toContain('before their deadline: all of them');
      expect(few).not.toMatch(/more lost/);
    }
    const eleven = textOf(withLost(11, 11));
    expect(eleven).toContain('1 more lost request In the order in which they ended Scheduled');
  });

  it('never rounds a loss up to nothing lost', () => {
    const sample = sampleData('completed');
    const steps = sample.steps.map((step) => ({
      ...step,
      gates: step.gates.map((gate) => (gate.unit === 'ratio' ? { ...gate, value: 0.99999 } : gate)),
    }));
    expect(textOf(renderReport({ ...sample, steps }))).toContain('success-rate 99.99 %');
  });

  it('asks nobody for anything and lets nothing but its own scripts run', () => {
    const page = renderReport(sampleData('rolled-back'));
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toContain('default-src &#39;none&#39;');
    const code = scriptsOf(page).filter(([, attributes]) => attributes === '');
    expect(code.length).toBe(2);
    for (const [, , script] of code)
      expect(policy).toContain(
        createHash('sha256')
          .update(script ?? '')
          .digest('base64'),
      );
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    const outside = page
      .replace(/<script[\s\S]*?<\/script>/g, '')
      .match(/(?:src|href|url\()\s*=?\s*["']?(?!data:)[a-z/]+[^"')\s]*/gi);
    expect(outside).toBeNull();
  });

  it('lets nothing out of its place, wherever the data holds markup', () => {
    const poison = `"'><img src=x onerror=hacked()></script><script>hacked()</script>\u2028&amp;`;
    const sample = sampleData('rolled-back');
    const hostile = poisoned(sample, poison) as ReportData;
    // What is one of a few words is one of a few words.
    const data: ReportData = {
      ...hostile,
      from: sample.from,
      to: sample.to,
      summary: { ...hostile.summary, outcome: sample.summary.outcome },
      steps: hostile.steps.map((step, index) => ({
        ...step,
        outcome: sample.steps[index]?.outcome ?? 'passed',
        gates: step.gates.map((gate) => ({ ...gate, verdict: 'fail' as const })),
      })),
    };
    const page = renderReport(data);
    expect(page).not.toContain('<img');
    expect(scriptsOf(page).length).toBe(scriptsOf(renderReport(sample)).length);
    expect(page).not.toContain('<script>hacked');
    expect(page).toContain('orchard&quot;&#39;&gt;&lt;img');
  });

  it('draws what the table says: the charts’ data is complete and ends with the last second', () => {
    const sample = sampleData('rolled-back');
    const json = scriptsOf(renderReport(sample)).find(([, attributes]) =>
      attributes?.includes('chart-data'),
    )?.[2];
    const data = JSON.parse(json ?? '') as Record<string, number[]> & {
      marks: { label: string; t: number }[];
    };
    for (const series of ['t', 'source', 'target', 'lost', 'p50', 'p99', 'asked', 'arrived'])
      expect(data[series]?.length, series).toBe(sample.series.rows.length);
    expect(data.lost?.reduce((sum, lost) => sum + lost, 0)).toBe(sample.summary.lost);
    expect([data.asked?.[15], data.asked?.[16], data.asked?.[24], data.asked?.[30]]).toEqual([0, 5, 25, 0]);
    expect(data.marks.map(({ label }) => label)).toEqual(['5 %', '25 %', 'rollback']);
  });

  it('can be made of a cutover that measured nothing', () => {
    const { rollback: _, ...sample } = sampleData('rolled-back');
    const page = renderReport({
      ...sample,
      summary: { ...sample.summary, outcome: 'held', requests: 0, lost: 0, note: 'no metrics' },
      latency: { before: null, during: null, after: null },
      steps: [],
      shares: [],
      series: { startedAt: sample.startedAt, rows: [] },
      lost: [],
      events: [],
    });
    expect(textOf(page)).toContain('before the cutover 0 – – – –');
    expect(textOf(page)).toContain('no metrics');
  });
});

describe('html', () => {
  it('escapes every value but html, in text and attributes', () => {
    const bad = `<b class="x" id='y'>&`;
    expect(
      html`<p title="${bad}">${bad}${html`<i>${1}</i>`}${[html`<u></u>`, '<']}${false}${undefined}</p>`.text,
    ).toBe(
      '<p title="&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;">&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;<i>1</i><u></u>&lt;</p>',
    );
  });

  it('keeps JSON within its script element', () => {
    const value = { text: '</script><!--\u2028\u2029&' };
    expect(scriptJson(value).text).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.parse(scriptJson(value).text)).toEqual(value);
  });
});
