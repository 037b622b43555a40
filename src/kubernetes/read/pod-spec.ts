import type {
  Container,
  ContainerPort,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodSpec,
  Toleration,
} from '../objects/pod.ts'
import type { ReadContext } from './context.ts'
import { CONTAINER_FIELDS, CONTAINER_PORT_FIELDS, noteUnknownFields, POD_SPEC_FIELDS } from './known-fields.ts'
import { labels } from './meta.ts'
import { dnsLabel, dnsSubdomain, portName } from './names.ts'
import { dnsPolicy, hostAlias, readDnsConfig } from './pod-dns.ts'
import {
  boolean,
  type Fields,
  field,
  list,
  listField,
  mapping,
  NO_STRINGS,
  oneOf,
  portNumber,
  type Reader,
  required,
  text,
} from './values.ts'

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const

/**
 * `v1.Protocol`; TCP when left out. Another word is none that something could be done with: kube-proxy would put it into its rules, and
 * iptables-restore take none of them, or, for `tcp`, compare it with the slices' `TCP`.
 */
export const protocol: Reader<(typeof PROTOCOLS)[number]> = (value, context) => {
  const word = text(value, context)
  if (word === undefined || word === '') return undefined
  const known = PROTOCOLS.find((each) => each === word)
  if (known === undefined) context.problem(`must be one of ${PROTOCOLS.join(', ')}, not ${JSON.stringify(word)}`)
  return known
}

const containerPort: Reader<ContainerPort> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, CONTAINER_PORT_FIELDS, context)
  const number = required(fields, 'containerPort', portNumber, context)
  const result = {
    name: field(fields, 'name', portName, context),
    containerPort: number ?? 0,
    protocol: field(fields, 'protocol', protocol, context) ?? 'TCP',
    hostPort: fields.hostPort === 0 ? undefined : field(fields, 'hostPort', portNumber, context),
    hostIP: field(fields, 'hostIP', text, context),
  }
  return number === undefined ? undefined : result
}

const texts = list(text)

const container: Reader<Container> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  noteUnknownFields(fields, CONTAINER_FIELDS, context)
  const ports = listField(fields, 'ports', containerPort, context)
  checkPortNames(ports, context)
  return {
    name: required(fields, 'name', dnsLabel, context) ?? '',
    image: field(fields, 'image', text, context),
    command: field(fields, 'command', texts, context),
    args: field(fields, 'args', texts, context),
    ports,
  }
}

function checkPortNames(ports: readonly ContainerPort[], context: ReadContext): void {
  if (ports.length < 2) return
  const seen = new Set<string>()
  for (const [index, { name }] of ports.entries()) {
    if (name === undefined || name === '') continue
    if (seen.has(name)) {
      context.enter('ports')
      context.enter(index)
      context.refused(`port name ${JSON.stringify(name)} stands twice in one container`)
      context.leave()
      context.leave()
    }
    seen.add(name)
  }
}

const toleration: Reader<Toleration> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  const key = field(fields, 'key', text, context)
  const operator = field(fields, 'operator', oneOf('Exists', 'Equal', 'Lt', 'Gt'), context) ?? 'Equal'
  if ((key === undefined || key === '') && operator !== 'Exists') {
    context.refused('operator must be Exists when no key is given: all values and all keys')
  }
  const effect = field(fields, 'effect', text, context)
  return {
    key: key === '' ? undefined : key,
    operator,
    value: field(fields, 'value', text, context) ?? '',
    effect: effect === '' ? undefined : effect,
  }
}

const nodeSelectorOperator = oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt')

const nodeSelectorRequirement: Reader<NodeSelectorRequirement> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  const key = required(fields, 'key', text, context)
  const operator = required(fields, 'operator', nodeSelectorOperator, context)
  if (key === undefined || operator === undefined) return undefined
  return { key, operator, values: listField(fields, 'values', text, context) }
}

const nodeSelectorTerm: Reader<NodeSelectorTerm> = (value, context) => {
  const fields = mapping(value, context)
  if (fields === undefined) return undefined
  return {
    matchExpressions: listField(fields, 'matchExpressions', nodeSelectorRequirement, context),
    matchFields: listField(fields, 'matchFields', nodeSelectorRequirement, context),
  }
}

const REQUIRED_AFFINITY = 'requiredDuringSchedulingIgnoredDuringExecution'

function nodeAffinity(spec: Fields | undefined, context: ReadContext): readonly NodeSelectorTerm[] | undefined {
  const affinity = field(spec, 'affinity', mapping, context)
  if (affinity === undefined) return undefined
  context.enter('affinity')
  const node = field(affinity, 'nodeAffinity', mapping, context)
  context.enter('nodeAffinity')
  const wanted = field(node, REQUIRED_AFFINITY, mapping, context)
  context.enter(REQUIRED_AFFINITY)
  const terms = wanted === undefined ? undefined : listField(wanted, 'nodeSelectorTerms', nodeSelectorTerm, context)
  context.leave()
  context.leave()
  context.leave()
  return terms
}

/** Init containers with `restartPolicy: Always`; the others are gone when the pod runs. */
const sidecar: Reader<Container> = (value, context) => {
  return (value as Fields | null)?.restartPolicy === 'Always' ? container(value, context) : undefined
}

/** The spec of a pod or of a template. */
export const podSpec: Reader<PodSpec> = (value, context) => {
  const spec = mapping(value, context)
  if (spec === undefined) return undefined
  noteUnknownFields(spec, POD_SPEC_FIELDS, context)
  const containers = listField(spec, 'containers', container, context)
  const given = spec.containers ?? []
  if (Array.isArray(given) && given.length === 0) {
    context.enter('containers')
    context.refused('a pod needs one container at least')
    context.leave()
  }
  const nodeName = field(spec, 'nodeName', dnsSubdomain, context)
  const policy = field(spec, 'dnsPolicy', dnsPolicy, context)
  const aliases = listField(spec, 'hostAliases', hostAlias, context)
  return {
    nodeName: nodeName === '' ? undefined : nodeName,
    hostNetwork: field(spec, 'hostNetwork', boolean, context) ?? false,
    nodeSelector: field(spec, 'nodeSelector', labels, context) ?? NO_STRINGS,
    nodeAffinity: nodeAffinity(spec, context),
    tolerations: listField(spec, 'tolerations', toleration, context),
    containers,
    sidecars: listField(spec, 'initContainers', sidecar, context),
    hostname: field(spec, 'hostname', dnsLabel, context),
    subdomain: field(spec, 'subdomain', dnsLabel, context),
    dnsPolicy: policy,
    dnsConfig: readDnsConfig(spec, policy, context),
    hostAliases: aliases.length === 0 ? undefined : aliases,
  }
}
