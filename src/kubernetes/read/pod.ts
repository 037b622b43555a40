import type { Pod, PodStatus } from '../objects/pod.ts'
import { conditionsOf } from './conditions.ts'
import { containerStatuses } from './container-status.ts'
import type { ReadContext } from './context.ts'
import { noteUnknownFields, OBJECT_FIELDS } from './known-fields.ts'
import { readNamespacedMeta, sourceOf } from './meta.ts'
import { dnsSubdomain } from './names.ts'
import { podSpec } from './pod-spec.ts'
import {
  type Fields,
  field,
  ipv4Address,
  isIpv6,
  listField,
  mapping,
  NO_ITEMS,
  NO_STRINGS,
  oneOf,
  type Reader,
  text,
} from './values.ts'

const phase = oneOf('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown')

/** Only what says whether the pod is ready. */
const conditions = conditionsOf('Ready', 'PodScheduled')

const ip: Reader<string> = (value, context) => field(mapping(value, context), 'ip', text, context)

/** `status.podIPs` holds one address per family, `status.podIP` the first of them (`v1.PodStatus`). */
function podIp(status: Fields, context: ReadContext): string | undefined {
  const single = field(status, 'podIP', text, context)
  if (single !== undefined && single !== '' && !isIpv6(single)) return field(status, 'podIP', ipv4Address, context)
  const all = listField(status, 'podIPs', ip, context)
  const second = all.findIndex((address) => !isIpv6(address))
  if (second >= 0) {
    context.enter('podIPs')
    const address = ipv4Address(all[second], context)
    context.leave()
    return address
  }
  const [first = single] = all
  if (first !== undefined && first !== '') {
    context.enter('podIP')
    context.unsupported(`the IPv6-only ${context.name}`)
    context.leave()
  }
  return undefined
}

const podStatus: Reader<PodStatus> = (value, context) => {
  const status = mapping(value, context)
  if (status === undefined) return undefined
  const hostIP = field(status, 'hostIP', text, context)
  return {
    phase: field(status, 'phase', phase, context),
    podIP: podIp(status, context),
    hostIP: hostIP === '' ? undefined : hostIP,
    conditions: field(status, 'conditions', conditions, context),
    containerStatuses: field(status, 'containerStatuses', containerStatuses, context),
    initContainerStatuses: field(status, 'initContainerStatuses', containerStatuses, context),
    reason: field(status, 'reason', text, context),
  }
}

const NO_STATUS: PodStatus = Object.freeze({})

/** Pods (`ValidatePod`, pkg/apis/core/validation/validation.go). */
export function readPod(fields: Fields, context: ReadContext): Pod {
  noteUnknownFields(fields, OBJECT_FIELDS, context)
  const metadata = readNamespacedMeta(fields, dnsSubdomain, context)
  const spec = field(fields, 'spec', podSpec, context)
  if (spec === undefined && !(fields.spec !== undefined && fields.spec !== null)) {
    context.enter('spec')
    context.problem('must be given')
    context.leave()
  }
  return {
    kind: 'Pod',
    metadata,
    spec: spec ?? NO_SPEC,
    status: field(fields, 'status', podStatus, context) ?? NO_STATUS,
    source: sourceOf(context),
  }
}

/** Stands in for a spec that could not be read; the problem is recorded. */
const NO_SPEC = Object.freeze({
  hostNetwork: false,
  nodeSelector: NO_STRINGS,
  tolerations: NO_ITEMS,
  containers: NO_ITEMS,
  sidecars: NO_ITEMS,
})
