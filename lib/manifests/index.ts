/** Manifests as text: YAML as Kubernetes' tools read it, document by document, with the line of every field. */
export { manifestsIn } from './manifests-in.ts';
export { readEmbeddedYaml, type YamlDocument, yamlDocuments } from './yaml-documents.ts';
export { type YamlTextOptions, yamlText } from './yaml-text.ts';
