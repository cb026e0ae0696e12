import { describe, expect, test } from 'vitest';
import {
  autoscalerConfig,
  autoscalerConfigProblems,
  autoscalerSettings,
  defaultAutoscalerConfig,
  parseBool,
  parseDuration,
  parseFloat64,
  parseInt32,
} from '../../../lib/autoscaling/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';

const settingsOf = (annotations: Record<string, string>, containerConcurrency = 0) =>
  autoscalerSettings(
    {
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([name, value]) => [`autoscaling.knative.dev/${name}`, value]),
      ),
      containerConcurrency,
    },
    defaultAutoscalerConfig,
  );

describe('values as Go reads them', () => {
  test.each([
    ['1_000.5', 1000.5],
    ['0x1.8p1', 3],
    ['0x_1p-2', 0.25],
    ['5.', 5],
    ['.5e1', 5],
    ['-Inf', -Infinity],
    ['nan', NaN],
    ['1e-400', 0],
    ['1e400', undefined],
    ['1__0', undefined],
    ['+nan', undefined],
    ['0x1', undefined],
    ['0b1', undefined],
    [' 1', undefined],
    ['', undefined],
  ])('float %j', (text, value) => expect(parseFloat64(text)).toBe(value));

  test.each([
    ['+3', 3],
    ['-0', 0],
    ['007', 7],
    ['2147483647', 2147483647],
    ['2147483648', undefined],
    ['1_0', undefined],
    ['1.0', undefined],
    ['1e2', undefined],
  ])('int %j', (text, value) => expect(parseInt32(text)).toBe(value));

  test.each([
    ['0', 0n],
    ['-0', 0n],
    ['1h30m', 5_400_000_000_000n],
    ['.5s', 500_000_000n],
    ['-1.5h', -5_400_000_000_000n],
    ['1µs', 1000n],
    ['1.9ns', 1n],
    ['9223372036854775807ns', 9223372036854775807n],
    ['9223372036854775808ns', undefined],
    ['-9223372036854775808ns', -9223372036854775808n],
    ['90', undefined],
    ['.s', undefined],
    ['1d', undefined],
    ['1s ', undefined],
    ['', undefined],
  ])('duration %j', (text, value) => expect(parseDuration(text)).toBe(value));

  test('booleans', () => {
    expect(['t', 'TRUE', '1', 'f', '0', 'False'].map(parseBool)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(['yes', 'tRUE', ''].map(parseBool)).toEqual([undefined, undefined, undefined]);
  });
});

describe('annotations', () => {
  test('the newer name hides the older one, also when it cannot be read', () => {
    expect(settingsOf({ minScale: '4' }).minScale).toBe(4);
    expect(settingsOf({ minScale: '4', 'min-scale': '2' }).minScale).toBe(2);
    expect(settingsOf({ minScale: '4', 'min-scale': 'two' }).minScale).toBe(0);
  });

  test('what cannot be read leaves the default', () => {
    const names = ['target', 'window', 'target-burst-capacity', 'panic-threshold-percentage', 'max-scale'];
    expect(settingsOf(Object.fromEntries(names.map((name) => [name, 'x'])))).toEqual(settingsOf({}));
  });

  test('NaN is a number to Go, and stays one', () => {
    expect(settingsOf({ target: 'NaN' })).toMatchObject({ totalValue: NaN, targetValue: NaN });
    expect(settingsOf({ 'panic-window-percentage': 'NaN' }).panicWindowSeconds).toBe(1);
  });

  test('a limit of the container bounds a target of concurrency only', () => {
    expect(settingsOf({ target: '150' }, 100).totalValue).toBe(100);
    expect(settingsOf({ target: '150', metric: 'rps' }, 100).totalValue).toBe(150);
  });
});

describe('config-autoscaler', () => {
  test('names every key that is wrong, its value and what is allowed', () => {
    const data = { 'stable-window': '60', 'min-scale': '5', 'max-scale': '4', 'max-scale-up-rate': '1' };
    expect(autoscalerConfigProblems(data).map(({ where, value }) => [where, value])).toEqual([
      ['stable-window', '60'],
      ['max-scale-up-rate', '1'],
      ['min-scale', '5'],
    ]);
    expect(() => autoscalerConfig(data)).toThrow(ZeroshiftError);
  });

  test('a rule over two keys names the one that was given', () => {
    const [problem] = autoscalerConfigProblems({ 'container-concurrency-target-percentage': '0.00001' });
    expect(problem?.where).toBe('container-concurrency-target-percentage');
  });

  test('up to 1 a target percentage is a fraction', () => {
    const fraction = (text: string) =>
      autoscalerConfig({ 'container-concurrency-target-percentage': text })
        .containerConcurrencyTargetFraction;
    expect(['1', '1.01', '70', '0.7'].map(fraction)).toEqual([1, 1.01 / 100, 0.7, 0.7]);
  });
});
