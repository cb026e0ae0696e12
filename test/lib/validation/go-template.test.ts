import { describe, expect, it } from 'vitest';
import { renderTemplate, templateProblem } from '../../../lib/validation/index.ts';

const values = {
  Name: 'cart',
  Namespace: 'shop',
  Domain: 'example.com',
  Labels: { team: 'a' },
  Annotations: {},
};

describe('Go templates', () => {
  it.each([
    ['{{.Name}}.{{.Namespace}}.{{.Domain}}', 'cart.shop.example.com'],
    ['{{ .Name -}}  . {{- .Domain }}', 'cart.example.com'],
    ['{{/* a comment */}}{{.Name}}', 'cart'],
    ['{{index .Labels "team"}}-{{ index .Labels "none" }}x', 'a-x'],
    ['{{.Labels.team}}{{.Labels.none}}', 'a<no value>'],
    ['{{if eq .Namespace "shop"}}s{{else if .Name}}n{{else}}x{{end}}', 's'],
    ['{{with .Labels}}{{.team}}{{end}}', 'a'],
    ['{{range $key, $value := .Labels}}{{$key}}={{$value}}{{end}}', 'team=a'],
    ['{{$x := printf "%s-%s" .Name .Namespace}}{{$x}}', 'cart-shop'],
    ['{{.Name | printf "%s-x" | len}}', '6'],
    ['{{(print "a" `b`)}}', 'ab'],
    ['{{and .Name (not .Annotations)}}', 'true'],
  ])('%s makes %s', (template, made) => {
    expect(renderTemplate(template, values)).toBe(made);
  });

  it.each([
    '{{',
    '{{.Name',
    '{{"a}}',
    '{{end}}',
    '{{if .Name}}',
    '{{else}}',
    '{{nope}}',
    '{{$y}}',
    '{{.Name.}}',
    '{{}}',
    '{{(.Name}}',
  ])('%s cannot be read', (template) => {
    expect(templateProblem(template)).toEqual(expect.any(String));
  });

  it.each([
    '{{.Nope}}',
    '{{.Name.X}}',
    '{{index .Name 99}}',
    '{{.Name .Domain}}',
    '{{eq .Name 1}}',
    '{{nil}}',
  ])('%s can be read, and asks for what is not there', (template) => {
    expect(templateProblem(template)).toBeUndefined();
    expect(templateProblem(template, values)).toEqual(expect.any(String));
    expect(renderTemplate(template, values)).toBeUndefined();
  });
});
