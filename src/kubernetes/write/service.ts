import type { Service, ServicePort, ServiceSpec } from '../objects/service.ts'
import { writeMeta } from './meta.ts'
import { type Manifest, type PlainObject, present } from './plain.ts'

function writePort({ name, protocol, port, targetPort, nodePort, appProtocol }: ServicePort): PlainObject {
  return present({ name, protocol, port, targetPort, nodePort, appProtocol })
}

function writeSpec(spec: ServiceSpec): PlainObject {
  const timeoutSeconds = spec.sessionAffinityConfig?.clientIP.timeoutSeconds
  return present({
    allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts,
    clusterIP: spec.clusterIP,
    clusterIPs: spec.clusterIP === undefined ? undefined : [spec.clusterIP],
    externalIPs: spec.externalIPs,
    externalName: spec.externalName,
    externalTrafficPolicy: spec.externalTrafficPolicy,
    healthCheckNodePort: spec.healthCheckNodePort,
    internalTrafficPolicy: spec.internalTrafficPolicy,
    // of a Service for both families the IPv4 half is what there is here
    ...(spec.clusterIP === undefined ? {} : { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' }),
    loadBalancerClass: spec.loadBalancerClass,
    loadBalancerIP: spec.loadBalancerIP,
    loadBalancerSourceRanges: spec.loadBalancerSourceRanges,
    ports: spec.ports.map(writePort),
    publishNotReadyAddresses: spec.publishNotReadyAddresses || undefined,
    selector: spec.selector,
    sessionAffinity: spec.sessionAffinity,
    sessionAffinityConfig:
      spec.sessionAffinityConfig === undefined ? undefined : { clientIP: present({ timeoutSeconds }) },
    trafficDistribution: spec.trafficDistribution,
    type: spec.type,
  })
}

export function writeService({ metadata, spec, status }: Service): Manifest {
  const ingress = status.loadBalancer.ingress.map(({ ip, hostname, ipMode }) => present({ ip, hostname, ipMode }))
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: writeMeta(metadata),
    spec: writeSpec(spec),
    status: { loadBalancer: present({ ingress }) },
  }
}
