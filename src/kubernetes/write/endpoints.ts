import type { Endpoint, EndpointSlice, ObjectReference } from '../objects/endpoint-slice.ts'
import type { EndpointAddress, Endpoints } from '../objects/endpoints.ts'
import { writeMeta } from './meta.ts'
import { type Manifest, type PlainObject, present } from './plain.ts'

function writeTarget(target: ObjectReference | undefined): PlainObject | undefined {
  return target === undefined ? undefined : present({ ...target })
}

function writeEndpoint({ addresses, conditions, nodeName, zone, hostname, hints, targetRef }: Endpoint): PlainObject {
  const names = (list: readonly string[]) => list.map((name) => ({ name }))
  return present({
    addresses,
    conditions: present({ ...conditions }),
    hints:
      hints === undefined ? undefined : present({ forZones: names(hints.forZones), forNodes: names(hints.forNodes) }),
    hostname,
    nodeName,
    targetRef: writeTarget(targetRef),
    zone,
  })
}

export function writeEndpointSlice({ metadata, addressType, endpoints, ports }: EndpointSlice): Manifest {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: writeMeta(metadata),
    addressType,
    endpoints: endpoints.map(writeEndpoint),
    // an empty name is written out here
    ports: ports.map(({ name, ...port }) => ({ name, ...present(port) })),
  }
}

function writeAddress({ ip, hostname, nodeName, targetRef }: EndpointAddress): PlainObject {
  return present({ ip, hostname, nodeName, targetRef: writeTarget(targetRef) })
}

export function writeEndpoints({ metadata, subsets }: Endpoints): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: writeMeta(metadata),
    ...present({
      subsets: subsets.map(({ addresses, notReadyAddresses, ports }) =>
        present({
          addresses: addresses.map(writeAddress),
          notReadyAddresses: notReadyAddresses.map(writeAddress),
          ports: ports.map((port) => present({ ...port })),
        }),
      ),
    }),
  }
}
