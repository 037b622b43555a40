import type { EndpointSlice } from '../objects/endpoint-slice.ts'
import type { Endpoints } from '../objects/endpoints.ts'
import type { Namespace } from '../objects/namespace.ts'
import type { Node } from '../objects/node.ts'
import type { Pod } from '../objects/pod.ts'
import type { Service } from '../objects/service.ts'
import { writeEndpointSlice, writeEndpoints } from './endpoints.ts'
import { writeNamespace, writeNode } from './node.ts'
import type { Manifest } from './plain.ts'
import { writePod } from './pod.ts'
import { writeService } from './service.ts'

/** An object that can be written. */
export type WritableObject = Node | Namespace | Pod | Service | Endpoints | EndpointSlice

/**
 * The object as an API server hands it out, and as `readObjects` reads it back. Fields that say nothing to a packet are not read, and so not
 * here.
 */
export function writeObject(object: WritableObject): Manifest {
  switch (object.kind) {
    case 'Node':
      return writeNode(object)
    case 'Namespace':
      return writeNamespace(object)
    case 'Pod':
      return writePod(object)
    case 'Service':
      return writeService(object)
    case 'Endpoints':
      return writeEndpoints(object)
    case 'EndpointSlice':
      return writeEndpointSlice(object)
  }
}
