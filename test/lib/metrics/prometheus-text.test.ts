import { describe, expect, it } from 'vitest';
import { parsePrometheusText } from '../../../lib/metrics/prometheus-text.ts';

describe('parsePrometheusText', () => {
  it('reads names, labels, escapes, exponents, time stamps and special values', () => {
    const text = [
      '# HELP a something { with = "braces" }',
      '# TYPE a counter',
      '',
      'a 1',
      'a{} 2',
      String.raw`a{path="C:\\dir\n",say="\"hi\" {x=\"1\"}, y",empty="",} 3 1700000000000`,
      'a { one = "1" , two = "2" } 4.5e+03',
      'b:rate{le="+Inf"} +Inf',
      'b:rate -Inf\r',
      'b:rate NaN',
      'b:rate 2.0000000000000027',
      'b:rate -1E-3',
    ].join('\n');
    const samples = parsePrometheusText(text);
    expect(samples.map(({ labels }) => labels).slice(0, 5)).toEqual([
      {},
      {},
      { path: 'C:\\dir\n', say: '"hi" {x="1"}, y', empty: '' },
      { one: '1', two: '2' },
      { le: '+Inf' },
    ]);
    expect(samples.map(({ value }) => value)).toEqual([
      1,
      2,
      3,
      4500,
      Infinity,
      -Infinity,
      NaN,
      2.0000000000000027,
      -0.001,
    ]);
    expect(parsePrometheusText(text, (name) => name === 'b:rate').length).toBe(5);
  });

  it.each(['a', 'a{', 'a{x="1"', 'a{x="1} 2', 'a{x=1} 2', 'a{x="1"y="2"} 2', 'a 0x10', 'a 1,5', 'a 1 2 3'])(
    'refuses `%s` rather than leaving it out',
    (line) => {
      expect(() => parsePrometheusText(`b 1\n${line}\n`)).toThrow(SyntaxError);
      expect(parsePrometheusText(`b 1\n${line}\n`, (name) => name === 'b').length).toBe(1);
    },
  );
});
