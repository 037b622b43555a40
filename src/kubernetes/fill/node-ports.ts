import { hash32 } from '../hash.ts'
import { keyOf } from '../objects/meta.ts'
import type { Protocol, Service, ServicePort } from '../objects/service.ts'
import { NODE_PORT_RANGE } from '../read/check-service.ts'
import type { Filling } from './filling.ts'

const COUNT = NODE_PORT_RANGE.last - NODE_PORT_RANGE.first + 1

/** Does the Service get node ports (`shouldAllocateNodePorts`, pkg/registry/core/service/storage/alloc.go)? */
function wantsNodePorts({ spec }: Service): boolean {
  if (spec.type === 'NodePort') return true
  return spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false
}

function wantsHealthCheck({ spec }: Service): boolean {
  return spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
}

/** Node ports: those given, and new ones that depend on the Service's name and port. */
export class NodePorts {
  readonly #filling: Filling
  /** `30080/TCP` → the Service that has it. A number may serve each protocol once. */
  readonly #owners = new Map<string, Service>()

  constructor(services: readonly Service[], filling: Filling) {
    this.#filling = filling
    for (const service of services) {
      for (const [index, { nodePort, protocol }] of service.spec.ports.entries()) {
        if (nodePort !== undefined) this.#claim(service, nodePort, protocol, `spec.ports[${index}].nodePort`)
      }
      const { healthCheckNodePort } = service.spec
      if (healthCheckNodePort !== undefined)
        this.#claim(service, healthCheckNodePort, 'TCP', 'spec.healthCheckNodePort')
    }
  }

  #claim(service: Service, port: number, protocol: Protocol, field: string): void {
    const key = `${port}/${protocol}`
    const other = this.#owners.get(key)
    if (other !== undefined && other !== service) {
      this.#filling.refused(
        'NODE_PORT_CLASH',
        service,
        field,
        `node port ${key} is also that of Service ${keyOf(other)}`,
      )
    }
    this.#owners.set(key, service)
  }

  /** The Service with its node ports and, where it wants one, its health check node port. */
  fill(service: Service): Service {
    const ports = wantsNodePorts(service) ? this.#ports(service) : service.spec.ports
    const healthCheckNodePort =
      service.spec.healthCheckNodePort ?? (wantsHealthCheck(service) ? this.#healthCheck(service) : undefined)
    if (ports === service.spec.ports && healthCheckNodePort === service.spec.healthCheckNodePort) return service
    return { ...service, spec: { ...service.spec, ports, healthCheckNodePort } }
  }

  #ports(service: Service): readonly ServicePort[] {
    if (service.spec.ports.every(({ nodePort }) => nodePort !== undefined)) return service.spec.ports
    return service.spec.ports.map((port) => {
      if (port.nodePort !== undefined) return port
      // The same port for TCP and UDP gets the same node port, as API servers have it.
      const nodePort = this.#pick(service, `${port.port}`, port.protocol)
      if (nodePort === undefined) return port
      this.#filling.assumptions.add('NODE_PORTS', () => `${keyOf(service)} ${port.port}→${nodePort}`)
      return { ...port, nodePort }
    })
  }

  #healthCheck(service: Service): number | undefined {
    const port = this.#pick(service, 'health', 'TCP')
    if (port !== undefined) this.#filling.assumptions.add('HEALTH_CHECK_NODE_PORTS', () => `${keyOf(service)} ${port}`)
    return port
  }

  #pick(service: Service, what: string, protocol: Protocol): number | undefined {
    const hash = hash32(`nodePort ${keyOf(service)} ${what}`, this.#filling.seed)
    for (let tries = 0; tries < COUNT; tries++) {
      const port = NODE_PORT_RANGE.first + ((hash + tries) % COUNT)
      const key = `${port}/${protocol}`
      if (this.#owners.has(key)) continue
      this.#owners.set(key, service)
      return port
    }
    const message = `the node ports ${NODE_PORT_RANGE.first}-${NODE_PORT_RANGE.last} are all taken`
    this.#filling.problem('POOL_EXHAUSTED', service, 'spec.ports', message)
    return undefined
  }
}
