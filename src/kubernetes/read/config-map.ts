import type { FlannelConfig } from '../objects/flannel.ts'
import type { KubeProxyConfiguration } from '../objects/kube-proxy.ts'
import { ReadContext } from './context.ts'
import { type Document, isMapping } from './document.ts'
import { hairpinModeOf, readNetConf } from './flannel.ts'
import { readKubeProxyConfiguration } from './kube-proxy.ts'
import { type Fields, field, mapping } from './values.ts'
import { yamlDocuments } from './yaml.ts'

/** What a ConfigMap can tell. */
export interface ConfigMapContent {
  readonly flannel?: FlannelConfig | undefined
  readonly kubeProxy?: KubeProxyConfiguration | undefined
}

/** A document inside a text field of another one. All of it has the line of the field. */
function nestedContext(path: readonly string[], outer: ReadContext, kind: string): ReadContext {
  for (const step of path) outer.enter(step)
  const { line } = outer.where()
  const name = `${outer.name} ${outer.field}`
  for (const _ of path) outer.leave()
  const document: Document = { file: outer.file, value: undefined, linesAreCheap: true, lineAt: () => line }
  const { problems, validation, namespace } = outer
  return new ReadContext(document, [], { problems, validation, namespace, kind, name })
}

function textOf(data: Fields, key: string): string | undefined {
  const value = data[key]
  return typeof value === 'string' ? value : undefined
}

/** The ConfigMaps `kube-flannel-cfg` and `kube-proxy`; of others nothing is read. */
export function readConfigMap(fields: Fields, name: string, context: ReadContext): ConfigMapContent {
  if (name !== 'kube-flannel-cfg' && name !== 'kube-proxy') return {}
  const data = field(fields, 'data', mapping, context)
  if (data === undefined) return {}
  return name === 'kube-proxy' ? { kubeProxy: kubeProxyOf(data, context) } : { flannel: flannelOf(data, context) }
}

function flannelOf(data: Fields, context: ReadContext): FlannelConfig | undefined {
  const text = textOf(data, 'net-conf.json')
  if (text === undefined) {
    context.enter('data')
    context.problem('net-conf.json must be given')
    context.leave()
    return undefined
  }
  const nested = nestedContext(['data', 'net-conf.json'], context, 'flannel')
  const conf = parseJson(text, nested)
  if (!isMapping(conf)) {
    if (conf !== undefined) nested.problem('must be a mapping')
    return undefined
  }
  const cniConf = textOf(data, 'cni-conf.json')
  const cniContext = nestedContext(['data', 'cni-conf.json'], context, 'CNI')
  const hairpinMode = cniConf === undefined ? undefined : hairpinModeOf(parseJson(cniConf, cniContext))
  return readNetConf(conf, hairpinMode, nested)
}

function parseJson(text: string, context: ReadContext): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    context.problem(`must be JSON: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}

function kubeProxyOf(data: Fields, context: ReadContext): KubeProxyConfiguration | undefined {
  const text = textOf(data, 'config.conf')
  if (text === undefined) return undefined
  const nested = nestedContext(['data', 'config.conf'], context, 'KubeProxyConfiguration')
  for (const { value } of yamlDocuments(nested.name, text, context.problems)) {
    if (isMapping(value) && value.kind === 'KubeProxyConfiguration') return readKubeProxyConfiguration(value, nested)
  }
  return undefined
}
